"""Prints an Identity header's value for a call from one number to another, signed now.

The signature is none: whoever reads the captures cannot verify it either.
"""
import base64
import json
import sys
import time


def part(claims):
    text = json.dumps(claims, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


origin, destination = sys.argv[1:3]
place = "https://cert.example.test/shaken.pem"
header = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": place}
payload = {
    "attest": "A",
    "dest": {"tn": [destination]},
    "iat": int(time.time()),
    "orig": {"tn": origin},
    "origid": "123e4567-e89b-12d3-a456-426655440000",
}
signature = base64.urlsafe_b64encode(bytes(64)).rstrip(b"=").decode()
print(f"{part(header)}.{part(payload)}.{signature};info=<{place}>;alg=ES256;ppt=shaken")
