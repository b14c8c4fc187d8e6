"""A camera: serves a grey test picture over RTSP on 127.0.0.1, and takes streams in at /record.

Needs Debian's GStreamer bindings, so run it with /usr/bin/python3. It prints `ready PORT` once it listens, and
`received N` for every tenth frame that was pushed to /record, `goodbye` when somebody tears a session down. It runs
until it is killed.
"""

import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer

CAMERA = (
    "( videotestsrc is-live=true pattern={pattern} ! video/x-raw,format=GRAY8,width={width},height={height},"
    "framerate={rate}/1 ! videoconvert ! video/x-raw,format=I420 ! x264enc tune=zerolatency speed-preset=ultrafast"
    " key-int-max={rate} ! rtph264pay name=pay0 config-interval=1 )"
)
RECORDER = "( rtph264depay name=depay0 ! h264parse ! fakesink name=taken signal-handoffs=true sync=false )"
ROLE = "viewer"


def say(text):
    print(text, flush=True)


def camera(options):
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(CAMERA.format(**vars(options)))
    factory.set_shared(True)
    return factory


def recorder():
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
    factory.set_launch(RECORDER)
    factory.connect("media-configure", count_frames)
    return factory


def count_frames(_factory, media):
    count = 0

    def taken(*_):
        nonlocal count
        count += 1
        if count % 10 == 0:
            say(f"received {count}")

    media.get_element().get_by_name("taken").connect("handoff", taken)


def demand(auth, options):
    """The user `admin` alone, by RTSP digest or basic authentication."""
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if options.basic:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic("admin", options.password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest("admin", options.password, token)


def protect(server, factories, options):
    """Passwords and TLS, as far as they are asked for."""
    auth = GstRtspServer.RTSPAuth.new()
    if options.certificate is not None:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.certificate))
    if options.password is not None:
        demand(auth, options)
    else:
        anybody = GstRtspServer.RTSPToken()
        anybody.set_string("media.factory.role", ROLE)
        auth.set_default_token(anybody)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role(ROLE, "media.factory.access", True)
    permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
    for factory in factories:
        factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--password")
    parser.add_argument("--basic", action="store_true")
    parser.add_argument("--certificate", help="PEM file with certificate and key")
    parser.add_argument("--only", choices=["tcp", "udp"], help="how pictures may be carried")
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--height", type=int, default=128)
    parser.add_argument("--rate", type=int, default=25)
    parser.add_argument("--pattern", default="ball")
    options = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = camera(options)
    taker = recorder()
    if options.only is not None:
        factory.set_protocols(getattr(GstRtsp.RTSPLowerTrans, options.only.upper()))
    if options.password is not None or options.certificate is not None:
        protect(server, [factory, taker] if options.certificate is not None else [factory], options)
    server.get_mount_points().add_factory("/thermal", factory)
    server.get_mount_points().add_factory("/record", taker)
    server.connect("client-connected", lambda _, client: client.connect("teardown-request", lambda *_: say("goodbye")))
    if server.attach(None) == 0:
        raise SystemExit("cannot listen")
    say(f"ready {server.get_bound_port()}")
    GLib.MainLoop().run()


main()
