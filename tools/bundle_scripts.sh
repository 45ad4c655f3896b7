#!/usr/bin/env bash
# Make the scripts that pages of paribus carry, from npm: Vega-Lite with its renderer in one file, htmx, and all their licences.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm init -y > /dev/null
npm install --silent --save-exact vega@6.4.0 vega-lite@6.4.3 vega-embed@7.3.0 htmx.org@2.0.11 esbuild@0.28.2

echo 'export { default as embed } from "vega-embed";' > entry.js
npx esbuild entry.js --bundle --minify --format=iife --global-name=vegaEmbedBundle --legal-comments=none \
  --banner:js='/* Vega, Vega-Lite, Vega-Embed: Copyright (c) University of Washington Interactive Data Lab, BSD-3-Clause. D3: Copyright (c) Mike Bostock, ISC. */' \
  --metafile=meta.json --outfile="$root/src/paribus/report/html/assets/vega.js"
cp node_modules/htmx.org/dist/htmx.min.js "$root/src/paribus/app/assets/htmx.min.js"

node - > "$root/src/paribus/report/html/assets/LICENSES.txt" <<'JS'
const fs = require("fs");
const inputs = Object.keys(JSON.parse(fs.readFileSync("meta.json")).inputs);
const bundled = new Set(inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
for (const name of [...bundled, "htmx.org"].sort()) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(fs.readFileSync(`${folder}/package.json`));
  const file = fs.readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
  console.log(`${"=".repeat(80)}\n${name} ${version} (${license})\n`);
  console.log(file ? fs.readFileSync(`${folder}/${file}`, "utf8").trim() + "\n" : "");
}
JS
