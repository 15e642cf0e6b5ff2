using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

var account = Convert.ToBase64String(Encoding.UTF8.GetBytes(@login@ + ":" + @password@));
using var client = new HttpClient();

var granted = await client.PostAsync(@token-url@, new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["grant_type"] = "client_credentials",
    ["client_id"] = @client-id@,
    ["client_secret"] = @client-secret@,
    ["scope"] = "openid",
}));
using var answered = JsonDocument.Parse(await granted.Content.ReadAsStringAsync());
var token = answered.RootElement.GetProperty("access_token").GetString();

var call = new HttpRequestMessage(HttpMethod.Post, @api-url@ + "/cpro/structures/v1/rechercher");
call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
call.Headers.Add("cpro-account", account);
call.Content = new StringContent(@body@, Encoding.UTF8, "application/json");
var answer = await client.SendAsync(call);
Console.WriteLine(await answer.Content.ReadAsStringAsync());
Console.WriteLine((int)answer.StatusCode);
