#!/usr/bin/env bash
# Programs that some tests drive, where they can be had: Chromium for the review page, LibreOffice for
# looking at office files. Tests that miss one skip and say so, so nothing here is an error.
set -uo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v soffice >/dev/null || missing+=(libreoffice-calc libreoffice-writer)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "没有 ${missing[*]}：相关测试将跳过 / without ${missing[*]}: tests that need them skip" >&2
  exit 0
fi
{ timeout 300 apt-get update -qq && timeout 600 env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 ||
  echo "未能安装 ${missing[*]}：相关测试将跳过 / could not install ${missing[*]}: tests that need them skip" >&2
exit 0
