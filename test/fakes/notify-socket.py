"""systemd's end of NOTIFY_SOCKET: prints each message as one line, assignments separated by spaces.

Prints `ready` once it listens at the path that is its argument, and runs until it is killed. A BARRIER=1 message brings
a file descriptor, which is closed as systemd does: that is what the sender waits for.
"""

import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("ready", flush=True)
while True:
    message, descriptors, _, _ = socket.recv_fds(listener, 65536, 8)
    for descriptor in descriptors:
        os.close(descriptor)
    if not descriptors:
        print(" ".join(message.decode().split("\n")), flush=True)
