#!/bin/sh
# Becomes PID 1 of a machine of its own: called in new namespaces (mount, pid, cgroup, uts, ipc, net), ends as systemd.
#
#   boot.sh ROOT PID_FILE
#
# ROOT holds a Debian tree. PID_FILE gets the process id as the outside sees it. All mounts are in the new namespace.
set -eu
root=$1
read -r outer rest </proc/self/stat
echo "$outer" >"$2"

mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc -o nosuid,nodev,noexec proc proc
# The kernel's settings are the outside's too.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o nosuid,nodev,noexec,ro sysfs sys
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
mount -t tmpfs -o nosuid,mode=755 tmpfs dev
for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    set -- $device
    mknod -m 666 "dev/$1" c "$2" "$3"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs run
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs tmp
hostname muster-test
mkdir -p run/outside
pivot_root . run/outside
umount -l /run/outside
rmdir /run/outside
exec env -i container=muster-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --show-status=false </dev/null >/dev/null 2>&1
