#!/usr/bin/env bash
# prepare.sh FOLDER PACKAGE PROGRAM INIT: makes FOLDER/kernel, FOLDER/pi3b.dtb and FOLDER/initrd.gz for an emulated Raspberry Pi 3B from Debian's
# arm64 kernel and busybox, with the PACKAGE of edgeseq unpacked, a PROGRAM and the script INIT that runs as its first process.
# Needs apt, dpkg-deb, cpio, gzip and the arm64 cross libraries (libc6-dev-arm64-cross). Nothing is installed: packages are unpacked in FOLDER.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
package=$(realpath "$2")
program=$(realpath "$3")
init=$(realpath "$4")
libraries=/usr/aarch64-linux-gnu/lib

fetch_packages() {
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
    kernel=$(apt-cache depends linux-image-arm64 | awk '$1 == "Depends:" { print $2; exit }')
    apt-get download -q "$kernel" busybox-static
    dpkg-deb -x linux-image-*.deb unpacked
    dpkg-deb -x busybox-static_*.deb unpacked
}

cd "$folder"
[ -x unpacked/bin/busybox ] || fetch_packages
cp unpacked/boot/vmlinuz-* kernel
cp unpacked/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb pi3b.dtb

rm -rf root
mkdir -p root/bin root/lib root/dev root/proc root/sys root/modules root/tmp
cp unpacked/bin/busybox root/bin/
cp unpacked/lib/modules/*/kernel/drivers/i2c/busses/i2c-bcm2835.ko unpacked/lib/modules/*/kernel/drivers/i2c/i2c-dev.ko root/modules/
cp "$libraries"/ld-linux-aarch64.so.1 "$libraries"/libc.so.6 "$libraries"/libm.so.6 root/lib/
dpkg-deb -x "$package" root
cp "$program" root/program.eseq
install -m 755 "$init" root/init
(cd root && find . | cpio --quiet -o -H newc | gzip -1) > initrd.gz
