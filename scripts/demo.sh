#!/usr/bin/env bash
# Reviews sample packets and says where the worksheets are. Findings are expected: exit code 1 of a packet
# is a result, not a failure of the demo. DEMO_PACKETS names others of fixtures/scans.
set -euo pipefail
bin=$1 out=$2
mkdir -p "$out"
for name in ${DEMO_PACKETS:-jiangxi-clean jiangxi-defects national-defects}; do
  folder=fixtures/scans/$name
  scheme=$("$bin/python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["scheme"])' "$folder/truth.json")
  filing=$("$bin/python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["case"]["filing_date"])' "$folder/truth.json")
  packet=$(find "$folder" -maxdepth 1 -name 'packet*' ! -name packet.yaml | head -n 1)
  status=0
  "$bin/extractor" run "$packet" --scheme "$scheme" --filing-date "$filing" --out "$out/$name" || status=$?
  if [ "$status" -gt 1 ]; then
    echo "$name：未完成（退出码 $status）" >&2
    exit "$status"
  fi
done
echo
echo "工作底稿 / worksheets:"
find "$out" -name 'worksheet.xlsx' | sort | sed 's/^/  /'
