#!/usr/bin/env bash
# Makes the virtual environment: pinned packages, one OpenCV that needs no display libraries.
set -euo pipefail
python=$1 venv=$2
"$python" - <<'PY' || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed" >&2; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
if [ ! -x "$venv/bin/python" ]; then
  "$python" -m venv "$venv" || {
    echo "建立虚拟环境失败：请安装 Python 的 venv 组件（Debian：apt-get install python3-venv）" >&2
    exit 1
  }
fi
echo "安装依赖，首次约需几分钟 …"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
"$venv/bin/python" extractor/setup/opencv.py
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
