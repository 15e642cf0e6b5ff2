#!/usr/bin/env bash
set -euo pipefail
# printf, not echo: a newline at the end would be part of the password.
ACCOUNT=$(printf '%s:%s' @login@ @password@ | base64 | tr -d '\n')
TOKEN=$(curl -fsS @token-url@ \
  --data-urlencode grant_type=client_credentials \
  --data-urlencode client_id=@client-id@ \
  --data-urlencode client_secret=@client-secret@ \
  --data-urlencode scope=openid |
  sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
curl -sS -w '\n%{http_code}\n' @api-url@/cpro/structures/v1/rechercher \
  -H "Authorization: Bearer $TOKEN" \
  -H "cpro-account: $ACCOUNT" \
  -H 'Content-Type: application/json;charset=utf-8' \
  -d @body@
