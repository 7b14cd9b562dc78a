#!/usr/bin/env bash
# Makes artifacts/edgeseq-VERSION-RUNTIME.tar.gz for any Linux with glibc: unpacked anywhere, bin/edgeseq and lib/libedgeseq.so work as they
# are. Called by tools/package.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. packaging/build/common.sh

select_architecture "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

binary=${2:-}
library=${3:-}
if [ -z "$library" ]; then
    publish tools/edgeseq "$work/publish"
    publish src/Native "$work/publish"
    binary=$work/publish/edgeseq
    library=$work/publish/libedgeseq.so
fi
require_version "$binary"
require_glibc "$binary"
require_glibc "$library"

name=edgeseq-$version-$runtime
put() { install -D -m "$1" "$2" "$work/$name/$3"; }
put 755 "$binary" bin/edgeseq
put 755 "$library" lib/libedgeseq.so
put 644 src/Native/edgeseq.h include/edgeseq.h
put 644 LICENSE LICENSE
put 644 CHANGELOG.md CHANGELOG.md
put 644 docs/c-interface.md share/doc/c-interface.md
manual docs/man/edgeseq.1 >"$work/edgeseq.1"
put 644 "$work/edgeseq.1" share/man/man1/edgeseq.1
put 644 models/activity/activity.eseq share/edgeseq/activity.eseq
for shell in bash zsh fish; do
    run "$binary" completions "$shell" >"$work/completion"
    put 644 "$work/completion" "share/completions/edgeseq.$shell"
done

mkdir -p artifacts
archive=artifacts/$name.tar.gz
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=go-w -C "$work" -c "$name" | gzip -9n >"$archive"
echo "$archive"
