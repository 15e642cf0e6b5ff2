const account = Buffer.from(@login@ + ":" + @password@).toString("base64");

const granted = await fetch(@token-url@, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: @client-id@,
    client_secret: @client-secret@,
    scope: "openid",
  }),
});
const { access_token } = await granted.json();

const answer = await fetch(@api-url@ + "/cpro/structures/v1/rechercher", {
  method: "POST",
  headers: {
    "Authorization": "Bearer " + access_token,
    "cpro-account": account,
    "Content-Type": "application/json;charset=utf-8",
  },
  body: @body@,
});
console.log(await answer.text());
console.log(answer.status);
