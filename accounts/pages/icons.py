"""The few drawn signs. Each stands beside words, never instead of them, so it is hidden from readers aloud."""

_FRAME = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" '
    'stroke-linejoin="round" aria-hidden="true">{}</svg>'
)
_SMALL = '<svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>'

ICONS: dict[str, str] = {
    name: _FRAME.format(drawing)
    for name, drawing in {
        "today": '<path d="M4 12h2M18 12h2M12 4v2M6.5 6.5l1.3 1.3M17.5 6.5l-1.3 1.3M3 18h18"/>'
        '<path d="M7.5 15a4.5 4.5 0 1 1 9 0"/>',
        "plan": '<path d="M6 3.5h9l3.5 3.5v13.5H6z"/><path d="M9 10h6M9 14h6"/><path d="M9 17.5h2M13 17.5h2"/>',
        "timeline": '<path d="M3 17c3-1 4-6 7-6s3 3 6 3 3-6 5-7"/><path d="M3 20.5h18"/>',
        "you": '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.8-4 3.5-6 7-6s6.2 2 7 6"/>',
        "night": '<path d="M19.5 14.500A8 8 0 1 1 10 4.200a6.5 6.5 0 0 0 9.5 10.300z"/>',
        "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.500V12l3 2"/>',
        "seal": '<path class="x xa" d="M6 6l12 12"/><path class="x xb" d="M18 6L6 18"/>',
    }.items()
} | {
    name: _SMALL.format(drawing)
    for name, drawing in {
        "agreed": '<path d="M3 8.5l3.5 3.5L13 4.5"/>',
        "proposed": '<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.5 3"/>',
        "review": '<path d="M2.5 8h3M7 8h2M10.5 8h3M5 4.5L2.5 8 5 11.5M11 4.5L13.5 8 11 11.5"/>',
        "talk": '<path d="M2.5 5.5h3M8 5.5h2.500M2.5 10.5h5M10 10.5h3.5"/>',
        "ended": '<path d="M4 8h8"/>',
    }.items()
}
