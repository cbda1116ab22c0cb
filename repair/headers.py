"""The part of the settings that tells browsers what a page may load and ask for: its own things alone."""

from csp.constants import NONE, SELF

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        # Text never becomes script or markup in the browser, but through the one policy of static/exit.js, whose
        # result is only read. No library of other people's has one.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["read"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
                 "magnetometer", "microphone", "midi", "payment", "usb")
}  # fmt: skip
