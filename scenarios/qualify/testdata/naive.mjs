// A naive client: it keeps its first token for ever, and calls again and again
// until an answer is fine.

const { QUALIF_TOKEN_URL, QUALIF_API_URL, QUALIF_CLIENT_ID, QUALIF_CLIENT_SECRET, QUALIF_CPRO_ACCOUNT, QUALIF_SIRET } = process.env;

async function insist(call) {
  for (let attempt = 0; attempt < 30; attempt++) {
    try {
      const answer = await call();
      if (answer.ok) return await answer.json();
    } catch (failure) {
      console.error(String(failure));
    }
  }
  throw new Error("it does not work");
}

const { access_token: token } = await insist(() => fetch(QUALIF_TOKEN_URL, {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", scope: "openid", client_id: QUALIF_CLIENT_ID, client_secret: QUALIF_CLIENT_SECRET }),
}));

for (let i = 0; i < 4; i++) {
  const found = await insist(() => fetch(QUALIF_API_URL + "/cpro/structures/v1/rechercher", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}`, "cpro-account": QUALIF_CPRO_ACCOUNT },
    body: JSON.stringify({ structure: { identifiantStructure: QUALIF_SIRET, typeIdentifiantStructure: "SIRET" } }),
  }));
  console.log(found.listeStructures[0].designationStructure);
}
