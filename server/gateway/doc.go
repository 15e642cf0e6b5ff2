// Package gateway is PISTE: it issues OAuth2 tokens, and stands in front of
// every call to a Chorus Pro API with the checks of the real gateway, in the
// real order.
//
//  1. a bearer token is there, else 400;
//  2. it is known, has not expired, and its application is enabled, else 401;
//  3. the route is declared, and the application may use its API, else 403;
//  4. the header cpro-account names a technical account that works, else 401;
//  5. the body is not too large (413), is JSON (415) and fits the contract
//     (400);
//  6. the service answers 200, whatever its codeRetour.
//
// On the wire a refusal says as little as the real one does. Why it was refused
// stands beside it, in the header X-Sandbox-Explain.
//
// docs/fidelity.md tells for each answer how it is known.
package gateway
