#!/usr/bin/env bash
# Makes the NuGet packages of the libraries and of the .NET tools, with symbols, in artifacts/nuget. They are built in a folder of their own, so
# that a build beside it is left alone. Called by tools/package.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

feed=artifacts/nuget
rm -rf "$feed"
for project in src/Runtime src/Device src/Quantize src/Hosting tools/edgeseq tools/edgeseq-convert; do
    # No build servers: they would live on with the caller's pipes. Analyzers have run in the build, -warnaserror is for NuGet's own.
    dotnet pack "$project" -c Release -o "$feed" --artifacts-path artifacts/pack -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false \
        -warnaserror -nodeReuse:false -p:UseSharedCompilation=false -v quiet --nologo
done
ls "$feed"/*.nupkg "$feed"/*.snupkg
