"""The three sequences that clients of Chorus Pro run, with the standard library only.

    flow    deposit a flow, wait for its report, find its invoices, read their history
    entry   enter an invoice by the API, with its PDF, and follow it
    sync    copy the directory: structure, services, each service

Each is run once as it should go, and then in the ways that it can fail. It reads where to go from the environment, prints a line for
each check, and ends with 1 when one of them failed.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ENV = os.environ
FAILED = []


def check(what, ok, got=""):
    print(("ok   " if ok else "FAIL ") + what + ("" if ok else f": {got!r}"))
    if not ok:
        FAILED.append(what)


def send(url, data, headers):
    request = urllib.request.Request(url, data=data, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read().decode()


class Client:
    """A careful client: one token kept while it works, asked for anew when it is refused."""

    def __init__(self, account):
        self.account, self.token = account, None

    def authorize(self):
        form = {"grant_type": "client_credentials", "scope": "openid", "client_id": ENV["CLIENT_ID"], "client_secret": ENV["CLIENT_SECRET"]}
        status, _, body = send(ENV["OAUTH_URL"], urllib.parse.urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        check("a token is granted", status == 200, body)
        self.token = json.loads(body)["access_token"]

    def call(self, operation, body):
        if self.token is None:
            self.authorize()
        headers = {"Authorization": "Bearer " + self.token, "cpro-account": self.account, "Content-Type": "application/json;charset=utf-8"}
        status, _, text = send(ENV["API_URL"] + "/cpro/" + operation, json.dumps(body).encode(), headers)
        return status, json.loads(text) if text else None


def invoice(number, supplier, recipient, date, service="", commitment="", amount="1000.00"):
    order = f"<cac:OrderReference><cbc:ID>{commitment}</cbc:ID></cac:OrderReference>" if commitment else ""
    contact = f"<cac:Contact><cbc:ID>{service}</cbc:ID></cac:Contact>" if service else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ProfileID>A1</cbc:ProfileID><cbc:ID>{number}</cbc:ID><cbc:IssueDate>{date}</cbc:IssueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{order}
<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID schemeName="1">{supplier}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>Fournisseur</cbc:Name></cac:PartyName><cac:PartyTaxScheme><cbc:CompanyID>FR00{supplier[:9]}</cbc:CompanyID>
<cac:TaxScheme><cbc:TaxTypeCode>TVA_DEBIT</cbc:TaxTypeCode></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID schemeName="1">{recipient}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>Destinataire</cbc:Name></cac:PartyName>{contact}</cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">200.00</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">1000.00</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="EUR">200.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20.00</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">{amount}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">1000.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">1200.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">1200.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">{amount}</cbc:LineExtensionAmount><cac:Item><cbc:Name>Prestation</cbc:Name>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20.00</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">{amount}</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>"""


FINAL = {"IN_INTEGRE", "IN_INTEGRE_PARTIEL", "IN_REJETE", "IN_INCIDENTE"}


def deposit(client, xml, syntax="IN_DP_E1_UBL_INVOICE"):
    content = base64.b64encode(xml.encode()).decode()
    return client.call("factures/v1/deposer/flux", {"fichierFlux": content, "nomFichier": "facture.xml", "syntaxeFlux": syntax, "avecSignature": False})


def report(client, number):
    """Polls the detailed report as clients do, until the flow has come to its end."""
    for _ in range(500):
        status, answer = client.call("transverses/v1/consulterCRDetaille", {"numeroFluxDepot": number})
        if status != 200 or answer["codeRetour"] != 0 or answer["etatCourantDepotFlux"] in FINAL:
            return answer
        time.sleep(0.01)
    return answer


def flow(client):
    supplier, today = ENV["SUPPLIER"], time_of(client)
    status, ack = deposit(client, invoice("PY-1", supplier, "12345678200051", today))
    check("the flow is acknowledged", status == 200 and ack["codeRetour"] == 0 and len(ack["numeroFluxDepot"]) == 25, ack)
    check("its date is today's", ack["dateDepot"] == today, ack)
    done = report(client, ack["numeroFluxDepot"])
    check("it is integrated", done["etatCourantDepotFlux"] == "IN_INTEGRE" and not done.get("listeErreurDP"), done)
    _, found = client.call("factures/v1/rechercher/fournisseur", {"numeroFluxDepot": ack["numeroFluxDepot"]})
    check("its invoice is found", [f["numeroFacture"] for f in found["listeFactures"]] == ["PY-1"], found)
    number = found["listeFactures"][0]["identifiantFactureCPP"]
    _, history = client.call("factures/v1/consulter/historique", {"idFacture": number})
    codes = [row["histoStatutCode"] for row in history["historiquesDesStatuts"]["histoStatut"]]
    check("its history begins with its deposit", history["idFacture"] == number and codes[-1] == "DEPOSEE", history)
    _, cr = client.call("transverses/v1/consulterCR", {"numeroFluxDepot": ack["numeroFluxDepot"]})
    check("the report is a PDF", base64.b64decode(cr["fichierCR"]).startswith(b"%PDF-"), cr)

    def refused(what, xml, text, kind="listeErreurDP", field="libelleErreurDP"):
        _, ack = deposit(client, xml)
        done = report(client, ack["numeroFluxDepot"])
        told = " | ".join(row.get(field) or "" for row in done.get(kind) or [])
        check(what, done["etatCourantDepotFlux"] == "IN_REJETE" and text in told, done)

    refused("the same number again is refused", invoice("PY-1", supplier, "12345678200051", today), "PY-1")
    refused("an unknown supplier is refused", invoice("PY-2", "99999999999999", "12345678200051", today), "n'est pas reference dans notre systeme")
    refused("an unknown recipient is refused", invoice("PY-3", supplier, "99999999999999", today), "destinataire")
    refused("a missing commitment is refused", invoice("PY-4", supplier, "12345678200036", today), "obligatoire")
    refused("a missing service is refused", invoice("PY-5", supplier, "12345678200028", today), "obligatoire")
    refused("a number that is too long is refused", invoice("P" * 21, supplier, "12345678200051", today), "20 caracteres")
    refused("what is no amount is refused", invoice("PY-6", supplier, "12345678200051", today, amount="-1 324,60"), "is not a valid value for 'decimal'",
            "listeErreurTechnique", "libelleErreur")
    refused("what is no XML is refused", "ceci n'est pas une facture", "IRRECEVABILITE", "listeErreurTechnique", "libelleErreur")
    status, _ = deposit(client, "x", "IN_DP_E2_FACTURX")
    check("a syntax that does not exist is a 400", status == 400, status)
    _, unknown = client.call("transverses/v1/consulterCRDetaille", {"numeroFluxDepot": "CPP0011117000000000000001"})
    check("an unknown flow is not found", unknown["codeRetour"] == 20001 and unknown["libelle"] == "POQ_MSG_01.003 - Flux introuvable.", unknown)


def time_of(client):
    """Today, on the platform's clock: what a deposit says."""
    _, ack = deposit(client, "x")
    return ack["dateDepot"]


def pages(client, operation, body, key, name):
    """Reads all the pages of a search."""
    rows, page = [], 1
    while True:
        body[key] = {"pageResultatDemandee": page, "nbResultatsParPage": 2}
        _, answer = client.call(operation, body)
        rows += answer[name]
        if page >= answer["parametresRetour"]["pages"]:
            return rows
        page += 1


def entry(client):
    _, mine = client.call("transverses/v1/recuperer/structuresPourUtilisateur", {"espaceFo": None})
    supplier = next(s for s in mine["listeStructures"] if s["identifiantStructure"] == ENV["SUPPLIER"])["idStructure"]
    _, banks = client.call("transverses/v1/recuperer/coordbanc/valides", {"idStructure": supplier})
    check("the supplier has a bank account", len(banks["listeCoordonneeBancaire"]) > 0, banks)
    _, active = client.call("transverses/v1/recuperer/structures/actives/fournisseur", {})
    check("the supplier is active", supplier in [s["idStructureCPP"] for s in active["listeStructures"]], active)
    _, found = client.call("structures/v1/rechercher", {"structure": {"identifiantStructure": "12345678200028", "typeIdentifiantStructure": "SIRET"}})
    recipient = found["listeStructures"][0]["idStructureCPP"]
    services = pages(client, "structures/v1/rechercher/services", {"idStructure": recipient}, "parametresRechercherServicesStructure", "listeServices")
    check("the recipient's service is found", "SERVICE_DEST_SERV_OBL" in [s["codeService"] for s in services], services)
    pdf = base64.b64encode(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF").decode()

    def deposited():
        _, file = client.call("factures/v1/deposer/pdf", {"fichierFacture": pdf, "nomFichier": "facture.pdf", "formatDepot": "PDF_NON_SIGNE"})
        return file["pieceJointeId"]

    def submit(number, mode="DEPOT_PDF_API", recipient="12345678200028", service="SERVICE_DEST_SERV_OBL", **change):
        body = {
            "modeDepot": mode, "idUtilisateurCourant": 0, "numeroFactureSaisi": number, "dateFacture": today,
            "destinataire": {"codeDestinataire": recipient, "codeServiceExecutant": service},
            "fournisseur": {"idFournisseur": supplier, "codeCoordonneesBancairesFournisseur": banks["listeCoordonneeBancaire"][0]["idCoordonneeBancaire"]},
            "cadreDeFacturation": {"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR", "codeStructureValideur": None},
            "references": {"deviseFacture": "EUR", "typeFacture": "FACTURE", "typeTva": "TVA_SUR_DEBIT", "modePaiement": "VIREMENT"},
            "lignePoste": [{"lignePosteNumero": 1, "lignePosteReference": "R", "lignePosteDenomination": "Conseil", "lignePosteQuantite": 2, "lignePosteUnite": "jour",
                            "lignePosteMontantUnitaireHT": 500, "lignePosteMontantRemiseHT": 0, "lignePosteTauxTva": "TVA5"}],
            "ligneTva": [{"ligneTvaTaux": "TVA5", "ligneTvaMontantBaseHtParTaux": 1000, "ligneTvaMontantTvaParTaux": 200}],
            "montantTotal": {"montantHtTotal": 1000, "montantTVA": 200, "montantTtcTotal": 1200, "montantRemiseGlobaleTTC": 0, "montantAPayer": 1200},
            "commentaire": "Prestation de mars",
        }
        if mode != "SAISIE_API":
            body["pieceJointePrincipale"] = [{"pieceJointePrincipaleDesignation": "Facture", "pieceJointePrincipaleId": deposited()}]
        body.update(change)
        return client.call("factures/v1/soumettre", body)

    today = time_of(client)
    status, sent = submit("PY-100")
    check("the invoice is submitted", status == 200 and sent["codeRetour"] == 0 and sent["libelle"] == "GCU_MSG_01_000" and sent["statutFacture"] == "DEPOSEE", sent)
    check("it has the number that was given", sent["numeroFacture"] == "PY-100" and sent["dateDepot"] == today, sent)
    _, history = client.call("factures/v1/consulter/historique", {"idFacture": sent["identifiantFactureCPP"]})
    check("its history is there", history["codeRetour"] == 0 and history["modeDepot"] == "DEPOT_PDF_API", history)
    _, read = client.call("factures/v1/consulter/fournisseur", {"identifiantFactureCPP": sent["identifiantFactureCPP"]})
    check("it is what was entered", read["facture"]["montantTotal"]["montantAPayer"] == 1200 and read["facture"]["lignesDePoste"]["totalLignesPoste"] == 1, read)
    _, numbered = submit(None, "SAISIE_API")
    check("the platform numbers an entered invoice", len(numbered["numeroFacture"]) == 20 and numbered["numeroFacture"].startswith(today[:4]), numbered)

    for what, answer in {
        "the same number again is refused": submit("PY-100"),
        "a number that is too long is refused": submit("P" * 21),
        "a missing service is refused": submit("PY-101", service=None),
        "a missing commitment is refused": submit("PY-102", recipient="12345678200036", service=None),
        "an unknown recipient is refused": submit("PY-103", recipient="99999999999999"),
        "somebody else's structure is refused": submit("PY-104", fournisseur={"idFournisseur": recipient}),
        "totals that do not add up are refused": submit("PY-105", montantTotal={"montantHtTotal": 1000, "montantTVA": 200, "montantTtcTotal": 1300, "montantAPayer": 1300}),
        "a file that is not there is refused": submit("PY-106", pieceJointePrincipale=[{"pieceJointePrincipaleDesignation": "F", "pieceJointePrincipaleId": 1}]),
    }.items():
        check(what, answer[0] == 400 or answer[0] == 200 and answer[1]["codeRetour"] >= 20000, answer)
    status, _ = submit("PY-107", inconnue=1)
    check("an unknown property is a 400", status == 400, status)


def sync(client):
    _, found = client.call("structures/v1/rechercher", {"structure": {"identifiantStructure": ENV["RECIPIENT"], "typeIdentifiantStructure": "SIRET"}})
    check("the structure is found", len(found["listeStructures"]) == 1 and found["listeStructures"][0]["statut"] == "ACTIVE", found)
    structure = found["listeStructures"][0]["idStructureCPP"]
    _, shown = client.call("structures/v1/consulter", {"idStructureCPP": structure, "codeLangue": "fr"})
    check("it is public", shown["informationGenerales"]["structurePriveePublique"] == "PUBLIQUE", shown)
    services = pages(client, "structures/v1/rechercher/services", {"idStructure": structure}, "parametresRechercherServicesStructure", "listeServices")
    check("its services are listed", len(services) > 0 and len({s["idService"] for s in services}) == len(services), services)
    for service in services:
        _, one = client.call("structures/v1/consulter/service", {"idStructure": structure, "idService": service["idService"], "codeLangue": "FR"})
        check("service " + service["codeService"], one["informationsGenerales"]["codeService"] == service["codeService"], one)
    _, none = client.call("structures/v1/rechercher", {"structure": {"identifiantStructure": "99999999999999", "typeIdentifiantStructure": "SIRET"}})
    check("an unknown SIRET is an empty list", none["codeRetour"] == 0 and none["listeStructures"] == [] and none["parametresRetour"]["total"] == 0, none)
    _, missing = client.call("structures/v1/consulter/service", {"idStructure": structure, "idService": 1})
    check("an unknown service is refused", missing["codeRetour"] >= 20000, missing)
    status, _ = client.call("structures/v1/rechercher/services", {"idStructure": structure, "parametres": {}})
    check("the wrong name of the page object is a 400", status == 400, status)


def refusals():
    stranger = Client(base64.b64encode(b"TECH_1_x@cpro.fr:x").decode())
    status, _ = stranger.call("structures/v1/rechercher", {})
    check("an unknown technical account is a 401", status == 401, status)
    stranger.token = "x" * 54
    status, _ = stranger.call("structures/v1/rechercher", {})
    check("an unknown token is a 401", status == 401, status)


if __name__ == "__main__":
    careful = Client(ENV["CPRO_ACCOUNT"])
    for sequence in (flow, entry, sync):
        print("--", sequence.__name__)
        sequence(careful)
    refusals()
    sys.exit(1 if FAILED else 0)
