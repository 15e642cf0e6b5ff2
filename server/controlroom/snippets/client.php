<?php
function post(string $url, string $body, array $headers): array {
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POST => true,
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
    ]);
    $text = curl_exec($curl);
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $text];
}

$account = base64_encode(@login@ . ':' . @password@);

[, $granted] = post(@token-url@, http_build_query([
    'grant_type' => 'client_credentials',
    'client_id' => @client-id@,
    'client_secret' => @client-secret@,
    'scope' => 'openid',
]), ['Content-Type: application/x-www-form-urlencoded']);
$token = json_decode($granted, true)['access_token'];

[$status, $text] = post(@api-url@ . '/cpro/structures/v1/rechercher', @body@, [
    'Authorization: Bearer ' . $token,
    'cpro-account: ' . $account,
    'Content-Type: application/json;charset=utf-8',
]);
echo $text, "\n", $status, "\n";
