"""What a command costs, as the kernel accounts it."""

import os


def cost_of(command, silent=False):
    """CPU seconds and peak memory in MB of one command, its children included; `silent`: what it says of errors is not shown."""
    with open(os.devnull, "r+b") as nothing:
        pid = os.posix_spawnp(command[0], command, os.environ,
                              file_actions=[(os.POSIX_SPAWN_DUP2, nothing.fileno(), fd) for fd in ((0, 1, 2) if silent else (0, 1))])
        _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command[:6])} ... ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
