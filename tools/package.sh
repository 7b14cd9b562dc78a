#!/usr/bin/env bash
# Makes artifacts/edgeseq_VERSION_ARCHITECTURE.deb: the native binary, its service, udev rules, an example of a config file, the manual page
# and completions. Without a binary it is published first (CONTRIBUTING.md says what that needs).
#   tools/package.sh amd64|arm64 [BINARY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The oldest system that the package is for: Debian 12 has 2.36. A binary that asks for more is refused.
newest_glibc=2.36

architecture=${1:?"usage: tools/package.sh amd64|arm64 [BINARY]"}
case $architecture in
    amd64) runtime=linux-x64 ;;
    arm64) runtime=linux-arm64 ;;
    *) echo "there is no architecture '$architecture': amd64 or arm64" >&2; exit 2 ;;
esac
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's/^ -- .*>  //p' packaging/debian/changelog | head -1)" +%s)

binary=${2:-}
if [ -z "$binary" ]; then
    dotnet publish tools/edgeseq -c Release -r "$runtime" -o "$work/publish" -v quiet --nologo
    binary=$work/publish/edgeseq
fi

# The binary's own words, by itself or under emulation.
edgeseq() {
    if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
        "$binary" "$@"
    else
        qemu-aarch64 -L /usr/aarch64-linux-gnu "$binary" "$@"
    fi
}

[ "$(edgeseq --version)" = "$version" ] || { echo "$binary is not version $version" >&2; exit 1; }
head -1 packaging/debian/changelog | grep -qF "edgeseq ($version)" || { echo "packaging/debian/changelog does not begin with $version" >&2; exit 1; }
glibc=$(readelf --version-info --wide "$binary" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -1)
if [ "$(printf '%s\n' "$glibc" "$newest_glibc" | sort -V | tail -1)" != "$newest_glibc" ]; then
    echo "$binary needs glibc $glibc, more than $newest_glibc" >&2
    exit 1
fi

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
zipped packaging/debian/changelog usr/share/doc/edgeseq/changelog.gz
for page in command-line sensors raspberry-pi errors; do
    zipped "docs/$page.md" "usr/share/doc/edgeseq/$page.md.gz"
done
zipped docs/man/edgeseq.1 usr/share/man/man1/edgeseq.1.gz
for completion in bash:bash-completion/completions/edgeseq zsh:zsh/vendor-completions/_edgeseq fish:fish/vendor_completions.d/edgeseq.fish; do
    edgeseq completions "${completion%%:*}" >"$work/completion"
    put 644 "$work/completion" "usr/share/${completion#*:}"
done

size=$(du -sk --apparent-size "$root" | cut -f1)
install -d "$root/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/$glibc/; s/@SIZE@/$size/" packaging/debian/control.in \
    >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
    put 755 "packaging/debian/$script" "DEBIAN/$script"
done
echo /etc/edgeseq/edge.toml >"$root/DEBIAN/conffiles"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod 644 "$root"/DEBIAN/{control,conffiles,md5sums}
find "$root" -type d -exec chmod 755 {} +

mkdir -p artifacts
package=artifacts/edgeseq_${version}_${architecture}.deb
dpkg-deb --root-owner-group --build -Zxz "$root" "$package" >/dev/null
echo "$package"
