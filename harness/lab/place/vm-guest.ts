/**
 * First program of the virtual machine. Loads the modules, takes the host's root read-only as its own with a fresh
 * /run, mounts the bundle folder writable where it lies, and runs there the script that QEMU hands over
 * (items opt/rally/bundle and opt/rally/script, in base64). Says each step on the console, so that it is known of a machine
 * that hangs where it does. Ends the machine whatever happens.
 */
export const GUEST_INIT = `#!/bin/busybox sh
bb=/bin/busybox
say() { echo "rally: $1"; }
stop() {
  say "$1"
  echo o >/proc/sysrq-trigger
  $bb sleep 60
}
$bb mkdir -p /proc /sys /dev /host
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t devtmpfs dev /dev
say 'the kernel is up'
while read -r module; do
  case $module in
    mac80211_hwsim*) $bb insmod "/modules/$module" "radios=$RALLY_RADIOS" ;;
    *) $bb insmod "/modules/$module" ;;
  esac || stop "cannot load $module"
done </modules/order
say 'the modules are loaded'
nine=trans=virtio,version=9p2000.L,msize=262144
$bb mount -t 9p -o "ro,cache=loose,$nine" host /host || stop 'cannot mount the root of the host'
$bb mount -t tmpfs -o mode=0755 rally /host/run || stop 'cannot mount /run'
say 'the root of the host is there'
item() { $bb base64 -d "/sys/firmware/qemu_fw_cfg/by_name/opt/rally/$1/raw"; }
bundle=$(item bundle)
$bb mkdir -p "/host$bundle"
$bb mount -t 9p -o "rw,cache=none,$nine" bundle "/host$bundle" || stop 'cannot mount the bundle folder'
for folder in proc sys dev; do $bb mount -o bind "/$folder" "/host/$folder" || stop "cannot move /$folder"; done
say 'the bundle folder is there'
$bb mkdir -p /host/run/rally
item script >/host/run/rally/start
$bb ip link set lo up
tries=0
until port=$(echo /dev/vport*p1) && [ -c "$port" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || stop 'there is no channel to the outside'
  $bb usleep 50000
done
exec 3<>"$port"
say 'the channel to the outside is open'
# From now on the console is for what the kernel takes for a fault.
echo 3 >/proc/sys/kernel/printk
$bb chroot /host /bin/sh /run/rally/start
stop "ended with status $?"
`;
