#!/usr/bin/env bash
# Makes what people install, all of one version (Directory.Build.props), in artifacts/. Prints the files.
#   tools/package.sh                            everything below, and SHA256SUMS
#   tools/package.sh nuget                      NuGet packages and .NET tools, in artifacts/nuget
#   tools/package.sh amd64|arm64 [BINARY]       edgeseq_VERSION_ARCHITECTURE.deb
#   tools/package.sh archive amd64|arm64 [BINARY LIBRARY]
#                                               edgeseq-VERSION-linux-x64.tar.gz or -linux-arm64.tar.gz: command, C library, header, completions
# BINARY and LIBRARY (edgeseq, libedgeseq.so) are published first where they are not given; CONTRIBUTING.md says what that needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    echo "usage: tools/package.sh [nuget | amd64|arm64 [BINARY] | archive amd64|arm64 [BINARY LIBRARY]]" >&2
    exit 2
}

everything() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    packaging/build/nuget.sh
    for architecture in amd64 arm64; do
        # shellcheck source=../packaging/build/common.sh
        (. packaging/build/common.sh && select_architecture "$architecture" && publish tools/edgeseq "$work/$architecture" \
            && publish src/Native "$work/$architecture")
        packaging/build/deb.sh "$architecture" "$work/$architecture/edgeseq"
        packaging/build/archive.sh "$architecture" "$work/$architecture/edgeseq" "$work/$architecture/libedgeseq.so"
    done
    (cd artifacts && sha256sum ./*.deb ./*.tar.gz nuget/*.nupkg nuget/*.snupkg >SHA256SUMS)
    echo artifacts/SHA256SUMS
}

case ${1:-} in
    '') everything ;;
    nuget) packaging/build/nuget.sh ;;
    archive) [ $# -ge 2 ] || usage; shift; packaging/build/archive.sh "$@" ;;
    amd64 | arm64) packaging/build/deb.sh "$@" ;;
    *) usage ;;
esac
