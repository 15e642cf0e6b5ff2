"""A naive client: it keeps its first token for ever and does not look at the
status of an answer."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request


def send(url, body, headers):
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as answer:
        return answer.read()


token = json.loads(send(os.environ["QUALIF_TOKEN_URL"], urllib.parse.urlencode({
    "grant_type": "client_credentials", "scope": "openid",
    "client_id": os.environ["QUALIF_CLIENT_ID"], "client_secret": os.environ["QUALIF_CLIENT_SECRET"],
}).encode(), {"Content-Type": "application/x-www-form-urlencoded"})).get("access_token")

for _ in range(4):
    text = send(os.environ["QUALIF_API_URL"] + "/cpro/structures/v1/rechercher", json.dumps({
        "structure": {"identifiantStructure": os.environ["QUALIF_SIRET"], "typeIdentifiantStructure": "SIRET"},
    }).encode(), {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "cpro-account": os.environ["QUALIF_CPRO_ACCOUNT"]})
    found = json.loads(text) if text else {}
    print(len(found.get("listeStructures", [])), "structures")
