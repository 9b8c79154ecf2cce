#!/usr/bin/env bash
# Installs Extractor from this folder; nothing is fetched from anywhere.
#   ./install.sh [--prefix /opt/extractor] [--python python3] [--services]
# --services (root): account `extractor`, folders below /srv/extractor, systemd units (not started).
# Run again with a newer bundle to upgrade: settings, ledger and results are not touched.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
prefix=/opt/extractor python=python3 services=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=$2; shift 2 ;;
    --python) python=$2; shift 2 ;;
    --services) services=yes; shift ;;
    *) echo "不认识的参数 / unknown option: $1" >&2; exit 2 ;;
  esac
done
fail() { echo "安装失败：$1" >&2; exit 1; }

cd "$here"
sha256sum --quiet -c SHA256SUMS || fail "安装包不完整或被改动，请重新拷贝 / the bundle is incomplete or altered"
built=$(ls wheels/numpy-*.whl | sed -E 's/.*-cp3([0-9]+)-cp.*/\1/')
"$python" -c "import sys; sys.exit(sys.version_info[:2] != (3, $built))" 2>/dev/null \
  || fail "需要 Python 3.$built（用 --python 指定）/ Python 3.$built is needed (--python)"
[ "$services" = no ] || [ "$(id -u)" = 0 ] || fail "--services 需要 root / --services needs root"

mkdir -p "$prefix"
new=$prefix/venv.new
rm -rf "$new"
"$python" -m venv "$new" || fail "缺少 Python 的 venv 组件（Debian：python3-venv）/ the venv module is missing"
env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
  "$new/bin/python" -m pip install -q --disable-pip-version-check --no-index --find-links wheels "extractor[postgres]"
# Environments know their own path: this one is made under its final name once all packages are proven to be there.
rm -rf "$prefix/venv.old"
if [ -d "$prefix/venv" ]; then mv "$prefix/venv" "$prefix/venv.old"; fi
mv "$new" "$prefix/venv"
sed -i "1s|$new/bin/|$prefix/venv/bin/|" "$prefix"/venv/bin/* 2>/dev/null || true
sed -i "s|$new|$prefix/venv|g" "$prefix/venv/pyvenv.cfg"
EXTRACTOR_MODELS=$prefix/models "$prefix/venv/bin/python" -m extractor.doors.cli models install --from models
mkdir -p "$prefix/bin" "$prefix/share"
cat > "$prefix/bin/extractor" <<EOF
#!/bin/sh
: "\${EXTRACTOR_MODELS:=$prefix/models}"
export EXTRACTOR_MODELS
exec "$prefix/venv/bin/python" -m extractor.doors.cli "\$@"
EOF
chmod 755 "$prefix/bin/extractor"
cp -r deploy docs LICENSE THIRD_PARTY_NOTICES.md "$prefix/share/"
if ls fonts/*.?tf fonts/*.ttc >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then place=/usr/local/share/fonts/extractor; else place=$HOME/.local/share/fonts/extractor; fi
  mkdir -p "$place" && cp fonts/* "$place/"
  if command -v fc-cache >/dev/null; then fc-cache "$place" || true; fi
fi

if [ "$services" = yes ]; then
  id extractor >/dev/null 2>&1 || useradd --system --home-dir /srv/extractor --shell /usr/sbin/nologin extractor
  install -d -o extractor -g extractor -m 750 /srv/extractor /srv/extractor/inbox /srv/extractor/outbox /srv/extractor/state /srv/extractor/cache
  mkdir -p /etc/extractor
  [ -f /etc/extractor/extractor.env ] || install -m 640 -g extractor deploy/extractor.env /etc/extractor/extractor.env
  for unit in deploy/*.service; do sed "s|/opt/extractor|$prefix|g" "$unit" > "/etc/systemd/system/$(basename "$unit")"; done
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
  echo "启动 / start:  systemctl enable --now extractor-watch   (extractor-serve, extractor-worker)"
fi
echo "已安装 / installed: $prefix/bin/extractor"
"$prefix/bin/extractor" doctor || echo "自检发现问题，见上 / the self-check found something, see above"
