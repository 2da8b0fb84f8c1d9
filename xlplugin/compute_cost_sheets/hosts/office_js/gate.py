"""What Excel needs of the server's gate: its pages may ask, the pane may be framed by them, calculations need the token."""

from __future__ import annotations

import re

# Where Excel on the web runs; a SharePoint page may frame it, but has nothing to ask of the server.
OFFICE_SITES = ("officeapps.live.com", "office.com", "cloud.microsoft")
FRAMES = (*OFFICE_SITES, "sharepoint.com")
OFFICE_ORIGIN = rf"https://([a-z0-9-]+\.)+({'|'.join(re.escape(site) for site in OFFICE_SITES)})"

# office.js must come from Microsoft's own host, and styles its elements in place; Excel on the web shows the pane in a frame.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' https://appsforoffice.microsoft.com",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self' https://appsforoffice.microsoft.com",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors 'self' {' '.join(f'https://*.{site}' for site in FRAMES)}",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",  # Excel on the web loads the icons
}
