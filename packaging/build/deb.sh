#!/usr/bin/env bash
# Makes artifacts/edgeseq_VERSION_ARCHITECTURE.deb: the native binary, its service, udev rules, an example of a config file, the manual page
# and completions. Called by tools/package.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. packaging/build/common.sh

select_architecture "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

binary=${2:-}
if [ -z "$binary" ]; then
    publish tools/edgeseq "$work/publish"
    binary=$work/publish/edgeseq
fi
require_version "$binary"
require_glibc "$binary"

root=$work/root
put() { install -D -m "$1" "$2" "$root/$3"; }
zipped() { install -d "$root/$(dirname "$2")" && gzip -9nc "$1" >"$root/$2" && chmod 644 "$root/$2"; }

put 755 "$binary" usr/bin/edgeseq
put 644 packaging/edgeseq.service lib/systemd/system/edgeseq.service
put 644 packaging/edgeseq.rules lib/udev/rules.d/60-edgeseq.rules
put 644 packaging/edgeseq.sysusers usr/lib/sysusers.d/edgeseq.conf
put 644 packaging/edge.toml etc/edgeseq/edge.toml
put 644 models/activity/activity.eseq usr/share/edgeseq/activity.eseq
put 644 docs/run.schema.json usr/share/edgeseq/run.schema.json
put 644 packaging/debian/copyright usr/share/doc/edgeseq/copyright
sed "1s/($release)/($debian_version)/" packaging/debian/changelog >"$work/changelog"
zipped "$work/changelog" usr/share/doc/edgeseq/changelog.gz
for page in command-line sensors raspberry-pi errors; do
    zipped "docs/$page.md" "usr/share/doc/edgeseq/$page.md.gz"
done
manual docs/man/edgeseq.1 >"$work/edgeseq.1"
zipped "$work/edgeseq.1" usr/share/man/man1/edgeseq.1.gz
for completion in bash:bash-completion/completions/edgeseq zsh:zsh/vendor-completions/_edgeseq fish:fish/vendor_completions.d/edgeseq.fish; do
    run "$binary" completions "${completion%%:*}" >"$work/completion"
    put 644 "$work/completion" "usr/share/${completion#*:}"
done

size=$(du -sk --apparent-size "$root" | cut -f1)
install -d "$root/DEBIAN"
sed -e "s/@VERSION@/$debian_version/; s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/$glibc/; s/@SIZE@/$size/" packaging/debian/control.in \
    >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
    put 755 "packaging/debian/$script" "DEBIAN/$script"
done
echo /etc/edgeseq/edge.toml >"$root/DEBIAN/conffiles"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod 644 "$root"/DEBIAN/{control,conffiles,md5sums}
find "$root" -type d -exec chmod 755 {} +

mkdir -p artifacts
package=artifacts/edgeseq_${debian_version}_${architecture}.deb
dpkg-deb --root-owner-group --build -Zxz "$root" "$package" >/dev/null
echo "$package"
