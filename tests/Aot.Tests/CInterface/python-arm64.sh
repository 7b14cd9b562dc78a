#!/usr/bin/env bash
# python-arm64.sh FOLDER: unpacks Debian's Python and numpy for arm64 in FOLDER, to be run by qemu-aarch64 -L FOLDER. Nothing is installed.
# Needs apt and dpkg-deb.
set -euo pipefail
mkdir -p "$1"
cd "$1"
folder=$PWD
[ -x usr/bin/python3 ] && exit

mkdir -p apt/lists/partial apt/cache/archives/partial
cat > apt.conf <<EOF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Dir::State "$folder/apt";
Dir::State::lists "$folder/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$folder/apt/cache";
EOF
export APT_CONFIG=$folder/apt.conf
apt-get update -q

# All that numpy needs, as apt would install it on an empty system.
apt-get install --yes --no-install-recommends --simulate python3-numpy | awk '$1 == "Inst" { print $2 }' > packages
mkdir -p debs
(cd debs && xargs -a ../packages apt-get download -q)
for package in debs/*.deb; do
    dpkg-deb -x "$package" .
done
rm -r debs

# What the packages' scripts would have set up by update-alternatives.
library=usr/lib/aarch64-linux-gnu
ln -sf blas/libblas.so.3 "$library/libblas.so.3"
ln -sf lapack/liblapack.so.3 "$library/liblapack.so.3"
