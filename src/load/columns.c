/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "autorec/text.h"
#include "layout.h"

static const char *const role_names[] = { "user",  "item",   "rating", "timestamp",
					  "title", "genres", "-" };

/* Words of headers without accents. The strength orders the words for one role: 3 for the usual
 * one, 1 for a word that often means something else. */
static const struct {
	enum role role;
	int strength;
	const char *words;
} vocabulary[] = {
	{ USER, 3,
	  "user uid benutzer nutzer utilisateur usuario usuaria utente schuler pupil eleve "
	  "alumno" },
	{ USER, 2,
	  "customer reviewer critic student profilename viewer member reader listener player "
	  "visitor person profile client "
	  "account rater username kunde kundin kunden benutzername nutzername leser spieler abonne "
	  "lecteur joueur cliente lector "
	  "jugador miembro" },
	{ USER, 1, "u session" },
	{ ITEM, 3, "item iid" },
	{ ITEM, 1, "i" },
	{ ITEM, 2,
	  "movie film product listing book isbn asin joke song track album artist anime manga "
	  "business "
	  "place venue restaurant hotel game recipe show series episode video course article paper "
	  "story podcast beer wine coffee drink dish meal food app toy page site url artikel "
	  "produkt buch spiel lied ort rezept kunstler musik produit livre jeu chanson artiste "
	  "lieu recette morceau libro pelicula producto juego cancion articulo artista lugar "
	  "receta" },
	{ RATING, 3, "rating ratings" },
	{ RATING, 2,
	  "score stars star overall grade rate vote mark bewertung wertung sterne punkte note "
	  "evaluation notation etoiles nota puntuacion calificacion valoracion estrellas voto" },
	{ RATING, 1, "value wert valeur valor points preference pref r" },
	{ TIMESTAMP, 3, "timestamp" },
	{ TIMESTAMP, 2,
	  "time date datetime ts zeitstempel zeit datum horodatage heure fecha hora tiempo" },
	{ TIMESTAMP, 1, "at when" },
	{ TITLE, 3, "title titel titre titulo" },
	{ TITLE, 1, "name nom nombre" },
	{ GENRES, 3, "genre genres gattung gattungen genero generos" },
	{ GENRES, 2, "category categories kategorie kategorien categorie categoria categorias" },
	{ COUNT, 1,
	  "plays listens clicks views visits purchases orders quantity qty count counts weight "
	  "frequency hours minutes playcount scrobbles" },
};

/* At the end of a name they say that it is an id; elsewhere they say nothing. */
static const char id_words[] = "id ids no nr num number nummer numero code key idx index";
/* A number of this kind is computed from ratings. */
static const char summary_words[] = "avg average mean median total max min sd std of helpful";
/* Words beside them in the name of such a number. */
static const char summary_company[] = "rating ratings score scores grand row column user item of n";
/* So it is where one of these has another word after it. */
static const char number_words[] = "num number nb nr n anzahl";

enum { MOST_WORDS = 6, WORD_ROOM = 24 };

struct words {
	char word[MOST_WORDS][WORD_ROOM];
	int n;
};

static bool is_among(const char *word, const char *list)
{
	const size_t length = strlen(word);
	for (const char *p = list; (p = strstr(p, word)); p += length)
		if ((p == list || p[-1] == ' ') && (!p[length] || p[length] == ' '))
			return true;
	return false;
}

/* Cuts a name into words of plain letters: at punctuation and digits, and where a capital follows a
 * small letter. What follows a colon is RecBole's type. */
static void cut_words(struct words *w, const char *text, size_t length)
{
	char clean[3 * 64 + 1];
	size_t n = 0;
	bool small = false;
	text_clean(text, length < 64 ? length : 64, text_is_utf8(text, length), clean,
		   sizeof clean);
	w->n = 0;
	for (const char *p = clean; *p && *p != ':' && w->n < MOST_WORDS;) {
		const uint32_t code = text_next(&p), plain = text_plain_letter(code);
		const bool letter = plain >= 'a' && plain <= 'z',
			   large = code >= 'A' && code <= 'Z';
		if ((!letter || (large && small)) && n > 0) {
			w->word[w->n++][n] = 0;
			n = 0;
		}
		if (letter && n + 1 < WORD_ROOM && w->n < MOST_WORDS)
			w->word[w->n][n++] = (char)plain;
		small = letter && !large;
	}
	if (n > 0 && w->n < MOST_WORDS)
		w->word[w->n++][n] = 0;
}

static struct column_name meaning_of(const char *word)
{
	for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++)
		if (is_among(word, vocabulary[i].words))
			return (struct column_name){ vocabulary[i].role, vocabulary[i].strength,
						     false };
	return (struct column_name){ .role = NO_ROLE };
}

/* Removes an ending that makes an id of a known word, as in "userid" and "artikelnummer". */
static bool cut_id(char *word)
{
	static const char *const endings[] = { "id", "nummer", "number", "nr" };
	const size_t n = strlen(word);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const size_t length = strlen(endings[i]);
		if (n <= length || strcmp(word + n - length, endings[i]) != 0)
			continue;
		word[n - length] = 0;
		if (meaning_of(word).role != NO_ROLE)
			return true;
		word[n - length] = endings[i][0];
	}
	return false;
}

/* Removes a final "id", as a word of its own or at the end of one. */
static bool take_id(struct words *w)
{
	bool id = false;
	while (w->n > 0 && is_among(w->word[w->n - 1], id_words)) {
		w->n--;
		id = true;
	}
	char *last = w->n > 0 ? w->word[w->n - 1] : NULL;
	return id || (last && meaning_of(last).role == NO_ROLE && cut_id(last));
}

/* "user name" is a user, "movie name" a title. */
static struct column_name of_compound(const struct words *w, struct column_name last)
{
	if (last.role == TITLE && last.strength == 1 && meaning_of(w->word[w->n - 2]).role == USER)
		return (struct column_name){ USER, 1, false };
	return last;
}

struct column_name column_name(const char *text, size_t length)
{
	const struct column_name none = { .role = NO_ROLE };
	struct words w;
	cut_words(&w, text, length);
	for (int i = 0; i < w.n; i++)
		if (is_among(w.word[i], summary_words) ||
		    (i + 1 < w.n && is_among(w.word[i], number_words)))
			return none;
	const bool id = take_id(&w);
	if (w.n == 0)
		return (struct column_name){ NO_ROLE, 0, id };
	struct column_name name = meaning_of(w.word[w.n - 1]);
	if (w.n > 1)
		name = of_compound(&w, name);
	if (id && name.role != USER && name.role != ITEM)
		return none;
	name.id = id;
	name.strength = 3 * name.strength + (w.n == 1) + id;
	return name;
}

bool column_is_summary(const char *text, size_t length)
{
	static const char summaries[] = "avg average mean median total sum count num sd std stddev "
					"moyenne summe mittelwert";
	struct words w;
	bool found = false;
	for (size_t i = 0; i < length; i++)
		if (text[i] >= '0' && text[i] <= '9')
			return false;
	cut_words(&w, text, length);
	for (int i = 0; i < w.n; i++) {
		const bool summary = is_among(w.word[i], summaries);
		found = found || summary || (w.n > 1 && !strcmp(w.word[i], "n"));
		if (!summary && !is_among(w.word[i], summary_company))
			return false;
	}
	return found;
}

const char *role_name(enum role role)
{
	return role_names[role < N_ROLES ? role : N_ROLES];
}

const char *columns_parse(const char *text, int column[N_ROLES], bool *open_ended)
{
	for (int i = 0; i < N_ROLES; i++)
		column[i] = -1;
	for (int n = 0;; n++) {
		int role = 0;
		const size_t length = strcspn(text, ",.");
		while (role < N_ROLES && (strlen(role_names[role]) != length ||
					  strncmp(text, role_names[role], length) != 0))
			role++;
		if (role < N_ROLES ? column[role] >= 0 : length != 1 || *text != '-')
			return text;
		if (role < N_ROLES)
			column[role] = n;
		text += length;
		*open_ended = !strcmp(text, "...");
		if (!*text || *open_ended)
			return NULL;
		if (*text++ != ',')
			return text;
	}
}
