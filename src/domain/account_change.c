#include "domain/account_change.h"

#include <assert.h>

static const char *const names[CHANGE_FIELD_COUNT] = {
	[CHANGE_EMAIL] = "email",
	[CHANGE_PHONE] = "phone",
	[CHANGE_PASSWORD] = "password",
	[CHANGE_ADDRESS] = "address",
	[CHANGE_TWO_STEP] = "two_step",
	[CHANGE_DELIVERY_CODES] = "delivery_codes",
	[CHANGE_CHANNEL] = "channel",
	[CHANGE_REMOVE] = "remove",
	[CHANGE_CONFIRM] = "confirm",
};

/* The last: several at once. */
enum { WORDS = CHANGE_FIELD_COUNT + 1 };

static const char *const words[LOCALE_COUNT][WORDS] = {
	[LOCALE_EN] = {"E-mail address", "Phone number", "Password",
	    "Postal address", "Two-step verification",
	    "Codes for deliveries", "Way of receiving codes",
	    "Removal of a contact or factor", "Security settings",
	    "Several details"},
	[LOCALE_DE] = {"E-Mail-Adresse", "Telefonnummer", "Passwort",
	    "Anschrift", "Zwei-Schritt-Bestätigung", "Codes für Lieferungen",
	    "Weg, auf dem Codes kommen", "Entfernen eines Kontakts",
	    "Sicherheitseinstellungen", "Mehrere Angaben"},
	[LOCALE_FR] = {"Adresse e-mail", "Numéro de téléphone",
	    "Mot de passe", "Adresse postale", "Vérification en deux étapes",
	    "Codes pour les livraisons", "Mode de réception des codes",
	    "Suppression d’un contact", "Paramètres de sécurité",
	    "Plusieurs informations"},
	[LOCALE_ES] = {"Correo electrónico", "Número de teléfono",
	    "Contraseña", "Dirección postal", "Verificación en dos pasos",
	    "Códigos para entregas", "Vía para recibir códigos",
	    "Eliminación de un contacto", "Ajustes de seguridad",
	    "Varios datos"},
	[LOCALE_IT] = {"Indirizzo e-mail", "Numero di telefono", "Password",
	    "Indirizzo postale", "Verifica in due passaggi",
	    "Codici per le consegne", "Modo di ricevere i codici",
	    "Rimozione di un contatto", "Impostazioni di sicurezza",
	    "Più dati"},
	[LOCALE_PT] = {"Endereço de e-mail", "Número de telefone",
	    "Senha", "Endereço postal", "Verificação em duas etapas",
	    "Códigos para entregas", "Forma de receber códigos",
	    "Remoção de um contato", "Configurações de segurança",
	    "Vários dados"},
	[LOCALE_NL] = {"E-mailadres", "Telefoonnummer", "Wachtwoord",
	    "Postadres", "Verificatie in twee stappen",
	    "Codes voor leveringen", "Manier om codes te ontvangen",
	    "Verwijderen van een contact", "Beveiligingsinstellingen",
	    "Meerdere gegevens"},
	[LOCALE_PL] = {"Adres e-mail", "Numer telefonu", "Hasło",
	    "Adres pocztowy", "Weryfikacja dwuetapowa", "Kody przy dostawie",
	    "Sposób otrzymywania kodów", "Usunięcie kontaktu",
	    "Ustawienia bezpieczeństwa", "Kilka danych"},
	[LOCALE_HI] = {"ईमेल पता", "फ़ोन नंबर", "पासवर्ड", "डाक पता",
	    "दो-चरणीय सत्यापन", "डिलीवरी के कोड", "कोड पाने का तरीका",
	    "संपर्क हटाना", "सुरक्षा सेटिंग", "कई जानकारियाँ"},
	[LOCALE_JA] = {"メールアドレス", "電話番号", "パスワード", "住所",
	    "2段階認証", "配達コード", "コードの受け取り方法", "連絡先の削除",
	    "セキュリティ設定", "複数の項目"},
};

const char *
account_change_name(enum change_field f)
{
	assert(f < CHANGE_FIELD_COUNT);
	return names[f];
}

unsigned
account_change_count(const struct account_change *c)
{
	unsigned n = 0;

	for (int i = 0; i < CHANGE_FIELD_COUNT; i++) {
		n += c->v[i].p != NULL;
	}
	return n;
}

void
account_change_encode(const struct account_change *c, struct buf *out)
{
	for (int i = 0; i < CHANGE_FIELD_COUNT; i++) {
		if (c->v[i].p == NULL) {
			continue;
		}
		assert(c->v[i].n <= UINT16_MAX);
		buf_be16(out, (uint16_t)i);
		buf_be16(out, (uint16_t)c->v[i].n);
		buf_str(out, c->v[i]);
	}
}

static unsigned
be16(struct str s, size_t at)
{
	return (unsigned)(uint8_t)s.p[at] << 8 | (uint8_t)s.p[at + 1];
}

bool
account_change_decode(struct str bytes, struct account_change *ret_change)
{
	struct account_change c = {0};
	int last = -1;
	size_t at = 0;

	while (at < bytes.n) {
		unsigned field, n;

		if (bytes.n - at < 4) {
			return false;
		}
		field = be16(bytes, at);
		n = be16(bytes, at + 2);
		if (field >= CHANGE_FIELD_COUNT || (int)field <= last ||
		    bytes.n - at - 4 < n) {
			return false;
		}
		c.v[field] = (struct str){bytes.p + at + 4, n};
		last = (int)field;
		at += 4 + (size_t)n;
	}
	*ret_change = c;
	return true;
}

const char *
account_change_words(const struct account_change *c, enum locale l)
{
	assert(l < LOCALE_COUNT);
	for (int i = 0; i < CHANGE_FIELD_COUNT; i++) {
		if (c->v[i].p != NULL && account_change_count(c) == 1) {
			return words[l][i];
		}
	}
	return words[l][CHANGE_FIELD_COUNT];
}
