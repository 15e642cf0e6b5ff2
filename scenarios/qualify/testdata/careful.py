"""A careful client: what qualify takes for a good one.

It keeps its token, renews it when the platform says that it is not known, tries
again what may pass, and stops with a message at what a person must mend.
"""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException

ATTEMPTS = 4
PATIENCE = 10  # seconds that it waits at most because the platform says so


class Refused(Exception):
    """Nothing that a program could try again would help."""


class Client:
    def __init__(self):
        self.token = None

    def send(self, url, body, headers):
        """The status, the headers and the whole body, whatever the status."""
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def attempts(self, what, once):
        """Calls once until it gives an answer; a pause follows each failure."""
        failure = None
        for attempt in range(ATTEMPTS):
            try:
                answer, failure, pause = once()
            except (urllib.error.URLError, HTTPException, socket.timeout, ConnectionError, ValueError) as broken:
                answer, failure, pause = None, f"{type(broken).__name__}: {broken}", None
            if failure is None:
                return answer
            if pause is None:
                pause = 0.1 if attempt == 0 else 1.1
            if pause > PATIENCE:
                raise Refused(f"{what}: {failure}; the platform is closed for {pause:.0f} s more")
            time.sleep(pause)
        raise Refused(f"{what}: {failure}, {ATTEMPTS} times")

    @staticmethod
    def waits(headers):
        try:
            return float(headers.get("Retry-After", ""))
        except ValueError:
            return None

    def ask_token(self):
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "scope": "openid",
            "client_id": os.environ["QUALIF_CLIENT_ID"], "client_secret": os.environ["QUALIF_CLIENT_SECRET"],
        }).encode()
        status, headers, body = self.send(os.environ["QUALIF_TOKEN_URL"], form, {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 200:
            return None, f"PISTE refuses the application: {status} {body.decode(errors='replace')}", self.waits(headers)
        token = json.loads(body).get("access_token")
        return token, None if token else "PISTE gave an empty token", None

    def call(self, path, body):
        def once():
            if not self.token:
                self.token = self.attempts("token", self.ask_token)
            status, headers, text = self.send(os.environ["QUALIF_API_URL"] + path, json.dumps(body).encode(), {
                "Content-Type": "application/json", "Authorization": "Bearer " + self.token,
                "cpro-account": os.environ["QUALIF_CPRO_ACCOUNT"],
            })
            return self.read(status, headers, text)
        return self.attempts(path, once)

    def read(self, status, headers, text):
        if status == 401:
            if "invalid_token" not in headers.get("WWW-Authenticate", ""):
                raise Refused(f"the technical account {os.environ['QUALIF_LOGIN']} is refused ({text.decode(errors='replace')}): "
                              "its password may have expired or been changed, or the account may not be active")
            self.token = None
            return None, "the token is refused", None
        if status == 403:
            raise Refused("403: a subscription, the terms of use or the raccordement of the PISTE application may be missing")
        if status in (429, 500, 502, 503, 504):
            return None, f"the platform answered {status}", self.waits(headers)
        if status != 200:
            raise Refused(f"{status}: {text.decode(errors='replace')}")
        if "json" not in headers.get("Content-Type", ""):
            return None, "the answer is not JSON", None
        return json.loads(text), None, None


def main():
    client = Client()
    for _ in range(4):
        found = client.call("/cpro/structures/v1/rechercher", {
            "structure": {"identifiantStructure": os.environ["QUALIF_SIRET"], "typeIdentifiantStructure": "SIRET"},
        })
        print(found["listeStructures"][0]["designationStructure"])


if __name__ == "__main__":
    try:
        main()
    except Refused as refusal:
        sys.exit(f"stopped: {refusal}")
