using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

public static class Client
{
    public static void Main() => Run().GetAwaiter().GetResult();

    static async Task Run()
    {
        var account = Convert.ToBase64String(Encoding.UTF8.GetBytes(@login@ + ":" + @password@));
        var client = new HttpClient();

        var granted = await client.PostAsync(@token-url@, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = @client-id@,
            ["client_secret"] = @client-secret@,
            ["scope"] = "openid",
        }));
        var text = await granted.Content.ReadAsStringAsync();
        var token = Regex.Match(text, "\"access_token\"\\s*:\\s*\"([^\"]+)\"");
        if (!token.Success)
        {
            throw new Exception((int)granted.StatusCode + " " + text);
        }

        var call = new HttpRequestMessage(HttpMethod.Post, @api-url@ + "/cpro/structures/v1/rechercher");
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Groups[1].Value);
        call.Headers.Add("cpro-account", account);
        call.Content = new StringContent(@body@, Encoding.UTF8, "application/json");
        var answer = await client.SendAsync(call);
        Console.WriteLine(await answer.Content.ReadAsStringAsync());
        Console.WriteLine((int)answer.StatusCode);
    }
}
