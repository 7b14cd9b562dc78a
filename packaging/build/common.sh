# What the scripts beside it share; they run at the root of the repository.

version=$(DOTNET_NOLOGO=1 dotnet build src/Runtime -target:MinVer -getProperty:Version -nodeReuse:false --nologo)
# Debian's order: what comes before 1.2.3 is 1.2.3~dev.
debian_version=${version/-/\~}
# What the changelogs call it.
release=${version%%-*}

# A release is built from the commit that carries its tag.
if [ "$version" = "$release" ] && [ -e .git ] && ! git tag --points-at HEAD | grep -qxF "v$version"; then
    echo "this commit is past the tag v$version: tag what comes next, for example v${version%.*}.$((${version##*.} + 1))-dev" >&2
    exit 1
fi

# The oldest system that binaries are for: Debian 12 has 2.36. One that asks for more is refused.
newest_glibc=2.36

# Bytes that do not depend on the day: files are as old as the version.
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's/^ -- .*>  //p' packaging/debian/changelog | head -1)" +%s)

# select_architecture amd64|arm64: sets architecture and runtime.
select_architecture() {
    architecture=$1
    case $architecture in
        amd64) runtime=linux-x64 ;;
        arm64) runtime=linux-arm64 ;;
        *) echo "there is no architecture '$architecture': amd64 or arm64" >&2; exit 2 ;;
    esac
}

# publish PROJECT FOLDER: a native build for $runtime.
publish() {
    dotnet publish "$1" -c Release -r "$runtime" -o "$2" -v quiet --nologo
}

# manual PAGE: with the version at its foot.
manual() {
    sed "1,/^\.TH /s/\"EdgeSeq\"/\"EdgeSeq $version\"/" "$1"
}

# run BINARY ARGUMENT...: by itself or under emulation.
run() {
    if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
        "$@"
    else
        qemu-aarch64 -L /usr/aarch64-linux-gnu "$@"
    fi
}

# require_version BINARY: it is of this version, and so are the changelogs.
require_version() {
    [ "$(run "$1" --version)" = "$version" ] || { echo "$1 is not version $version" >&2; exit 1; }
    head -1 packaging/debian/changelog | grep -qF "edgeseq ($release)" \
        || { echo "packaging/debian/changelog does not begin with $release" >&2; exit 1; }
    grep -m 1 '^## ' CHANGELOG.md | grep -qF "## $release" || { echo "CHANGELOG.md does not begin with $release" >&2; exit 1; }
}

# require_glibc FILE: sets glibc to the version that it needs.
require_glibc() {
    glibc=$(readelf --version-info --wide "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -1)
    if [ "$(printf '%s\n' "$glibc" "$newest_glibc" | sort -V | tail -1)" != "$newest_glibc" ]; then
        echo "$1 needs glibc $glibc, more than $newest_glibc" >&2
        exit 1
    fi
}
