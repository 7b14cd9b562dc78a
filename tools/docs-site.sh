#!/usr/bin/env bash
# Builds the documentation as a site of static pages: artifacts/site/docs/index.html. Needs the .NET SDK alone; docfx comes as a local tool.
# A link that leads nowhere is an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NO_COLOR=1
dotnet tool restore >/dev/null
rm -rf artifacts/site artifacts/site-api
dotnet docfx metadata docfx.json --logLevel warning
dotnet docfx build docfx.json --logLevel warning --warningsAsErrors
# The site's own door.
printf '<!DOCTYPE html><meta charset="utf-8"><title>EdgeSeq</title><meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">EdgeSeq</a>\n' \
    > artifacts/site/index.html
echo "artifacts/site/index.html"
