import base64, json, urllib.error, urllib.parse, urllib.request

account = base64.b64encode((@login@ + ":" + @password@).encode()).decode()

form = urllib.parse.urlencode({
    "grant_type": "client_credentials",
    "client_id": @client-id@,
    "client_secret": @client-secret@,
    "scope": "openid",
})
with urllib.request.urlopen(@token-url@, form.encode()) as answer:
    token = json.load(answer)["access_token"]

call = urllib.request.Request(
    @api-url@ + "/cpro/structures/v1/rechercher",
    data=@body@.encode(),
    headers={
        "Authorization": "Bearer " + token,
        "cpro-account": account,
        "Content-Type": "application/json;charset=utf-8",
    },
)
try:
    with urllib.request.urlopen(call) as answer:
        print(answer.read().decode())
        print(answer.status)
except urllib.error.HTTPError as refusal:
    print(refusal.read().decode())
    print(refusal.status)
