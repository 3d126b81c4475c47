"""What the home's disk is: local, or shared over a network. Looks only at mounts."""

from pathlib import Path

MOUNTS = Path("/proc/mounts")

NETWORK_TYPES = frozenset(
    [
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.ceph",
        "fuse.cephfs",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.juicefs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "pvfs2",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "virtiofs",
        "vboxsf",
    ]
)


def is_network_path(path: Path, mounts: Path | None = None) -> bool:
    """Say whether `path` lies on a network file system.

    `mounts` is looked at instead of the system's list. False where there is none. The
    last mount of the longest matching mount point counts, because later mounts cover
    earlier ones.
    """
    try:
        lines = (
            (mounts or MOUNTS)
            .read_text(encoding="utf-8", errors="replace")
            .splitlines()
        )
    except OSError:
        return False
    resolved = path.resolve()
    found, found_type = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(_unescape(fields[1]))
        if len(point.parts) >= found and resolved.is_relative_to(point):
            found, found_type = len(point.parts), fields[2]
    return found_type in NETWORK_TYPES


def _unescape(text: str) -> str:
    """Undo the octal escapes of fstab(5) for blanks in mount points."""
    for escape, character in (
        (r"\040", " "),
        (r"\011", "\t"),
        (r"\012", "\n"),
        (r"\134", "\\"),
    ):
        text = text.replace(escape, character)
    return text
