import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

public class Client {
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        String account = Base64.getEncoder().encodeToString((@login@ + ":" + @password@).getBytes(StandardCharsets.UTF_8));
        HttpClient client = HttpClient.newHttpClient();

        String form = "grant_type=client_credentials&scope=openid&client_id=" + encode(@client-id@) + "&client_secret=" + encode(@client-secret@);
        HttpResponse<String> granted = client.send(HttpRequest.newBuilder(URI.create(@token-url@))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)).build(), HttpResponse.BodyHandlers.ofString());
        var found = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"").matcher(granted.body());
        if (!found.find()) {
            throw new IllegalStateException(granted.statusCode() + " " + granted.body());
        }

        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(@api-url@ + "/cpro/structures/v1/rechercher"))
            .header("Authorization", "Bearer " + found.group(1))
            .header("cpro-account", account)
            .header("Content-Type", "application/json;charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(@body@)).build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.body());
        System.out.println(answer.statusCode());
    }
}
