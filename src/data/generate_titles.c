/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A title is a pattern with placeholders: %a adjective, %n noun, %p person, %t town. Lists of words
 * and of patterns are strings separated by bars. A hash table ensures that titles are unique. */
#include "generate_titles.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

const char *const genre_names[N_GENRES] = { "Drama",  "Comedy",    "Romance", "Thriller",
					    "Action", "Adventure", "Sci-Fi",  "Crime",
					    "Horror", "Fantasy",   "Western", "Documentary" };

static const char *const genre_nouns[N_GENRES] = {
	"Harvest Ledger|Piano Tuner|Winter Tenant|Quarry|Schoolroom|Ferry Crossing|Unposted "
	"Letter|Inheritance|"
	"Vineyard Clerk|Rented Room|Lamplighter|Night Tram|Salt House|Allotment|Understudy|Widow's "
	"Boat",
	"Umbrella Salesman|Wedding Goat|Casserole|Landlady|Talent "
	"Contest|Moustache|Picnic|Trombone|Pedalo|"
	"Bathroom Scales|Mother-in-Law|Soufflé|Tax Inspector|Parrot|Caravan Holiday|Raffle",
	"Valentine Kiosk|Moonlit Laundrette|Second Violin|Balcony|Slow Waltz|Paper Bouquet|Sunday "
	"Bus|Orchid House|"
	"Summer Pier|Dance Card|Bakery Window|Love Letter|Rooftop "
	"Garden|Tandem|Engagement|Honeymoon",
	"Wiretap|Night Courier|Ninth Witness|Signal Box|Missing Minute|Safe Deposit|Elevator "
	"Shaft|Blind Ledger|"
	"Stakeout|Passport|Alibi|Tripwire|Locked Carriage|Dead Letter Drop|Dog Whistle|Third Key",
	"Detonator|Iron Convoy|Speedway|Demolition Crew|Rooftop Chase|Runaway Tanker|Helipad|Sabre "
	"Squad|Bulletproof Tuxedo|"
	"Fuse Box|Grenadier|Parachute|Hijack|Boxing Champion|Motorcade|Commando Choir",
	"Brass Compass|Lost Atlas|Airship|Rope Bridge|Caravan Route|Lagoon|Shipwreck|Summit|Jungle "
	"Telegraph|"
	"Balloon Race|Sunken Bell|Explorers' Club|River Map|Desert Steamer|Ice Harbour|Treasure "
	"Auction",
	"Nebula Post Office|Robot Gardener|Asteroid Toll Booth|Orbital Hotel|Cloned Cellist|Lunar "
	"Ferry|Time Machine Repairman|"
	"Android's Birthday|Gravity Thief|Martian Tea Room|Hologram|Quantum "
	"Locksmith|Satellite|Starship Janitor|"
	"Wormhole|Galactic Census",
	"Getaway Hearse|Forger|Pawnshop|Stolen Cello|Hung Jury|Bookmaker|Counterfeit Bishop|Bank "
	"Clerk's Tunnel|Detective|"
	"Ransom Note|Smugglers' Choir|Burglar's Apprentice|Evidence Room|Poisoned Trifle|Loan "
	"Shark|Fingerprint",
	"Wax Choir|Crypt|Scarecrow|Whispering Attic|Bone Orchard|Haunted Caravan|Vampire "
	"Dentist|Cellar Door|Midnight Nursery|"
	"Cursed Accordion|Fog Bell|Werewolf's Barber|Séance|Empty Cradle|Grave Robber's "
	"Picnic|Mirror Ghost",
	"Goblin Bank|Dragon Accountant|Enchanted Teapot|Wizard's Umbrella|Moon Staircase|Griffin "
	"Stable|Talking Bridge|"
	"Unicorn Toll|Witch's Bakery|Glass Forest|Sorcerer's Tailor|Elf Regiment|Phoenix "
	"Egg|Giant's Laundry|"
	"Mermaid Post|Clockwork Knight",
	"Saddle|Canyon|Stagecoach Piano|Dry Gulch Choir|Sheriff's Hat|Cactus Hotel|Rattlesnake "
	"Waltz|Gold Pan|Last Water Stop|"
	"Prairie Organ|Tumbleweed|Branding Iron|Mule Train|Saloon Mirror|Outlaw's Bible|Telegraph "
	"Pole",
	"Beekeepers|Glacier|Typeface|Escalator|Cheese Makers|Lighthouse Keepers|Button "
	"Factory|Migrating Eels|Paper Mill|"
	"Night Shift|Bell Founders|Traffic Light|Salt Miners|Orchestra Pit|Seed Vault|Tide Tables",
};
static const char adjectives[] = "Lopsided|Punctual|Marmalade|Second-Hand|Unlicensed|Sleepwalking|"
				 "Lukewarm|Tangerine|Overdue|Polite|Velveteen|Borrowed|"
				 "Upside-Down|Talkative|Left-Handed|Hesitant|Unreasonable|Nearly "
				 "Invisible|Cardboard|Misplaced|Ticklish|Absent-Minded|"
				 "Whistling|Unfinished|Peppermint|Short-Sighted|Stubborn|Tuesday|"
				 "Homesick|Corduroy|Double-Parked|Rusty|Suspicious|"
				 "Barefoot|Uninvited|Mosquito|Half-Price|Waterlogged|Indigo|"
				 "Melancholy|Perpendicular|Insomniac|Forgetful|Moth-Eaten|"
				 "Clumsy|Seasick|Tone-Deaf|Inexplicable";
static const char persons[] =
	"Ottoline|Søren|Zoë|José|Ignatius|Łucja|Pemberton|Anaïs|Björn|Philippa|Núria|Thaddeus|Åsa|"
	"Günther|Mirela|Chloé|Barnaby|"
	"Iñigo|Oda|Wendeline|Çelik|Renée|Casimir|Dvořák's "
	"Niece|Prudence|Øyvind|Horatia|Mateus|Séverine|Tobias|Ingeborg|Araceli|"
	"László|Hyacinth|Ferdinand|Marguerite";
static const char towns[] =
	"Port Marrow|Saint-Épinard|Lower Wimbling|Kråkøy|Villa Cañuela|Quillfeather|Upper "
	"Dribsby|Bad Kummerow|Monte Zucchero|"
	"Østerfjell|Crumhaven|Little Tattering|Nowhere-on-Sea|San "
	"Perejil|Grübelstadt|Pont-à-Moitié|Tarnwick|Old Fennimore|"
	"Zażółcin|Isla Ñandú|Mudlark Junction|Gooseberry Hill|Ystradwen|Santa "
	"Cebolla|Vasquebourg|Halfpenny Cross|Dunmoth|"
	"Laguna Fría|Trefoil Bay|Smörhamn|Candlewick Street|the Ninth Arrondissemoon";

static const struct script {
	int share;                                 /* out of a hundred titles */
	const char *patterns, *adjectives, *nouns; /* nouns NULL: the genre's nouns */
} scripts[] = {
	{ 93,
	  "The %a %n|The %a %n|%a %n|The %n of %t|A Day in %t: The %a %n|%p and the %a %n|%p's %a "
	  "%n|The %n, the %n and %p|"
	  "Goodbye, %a %n|The So-Called \"%n\"|%p Says \"%n\"|The %n from %t|%p, the %n of %t|Who "
	  "Moved the %a %n?|%a %n, %a %n",
	  adjectives, NULL },
	{ 2, "Le %n %a|Un %n Presque %a",
	  "Égaré|Têtu|Fêlé|Désœuvré|Étourdi|Indécis|Mal Réveillé|Démodé",
	  "Parapluie|Phare|Boulanger|Samovar|Château de Sable|Facteur|Théâtre|Hérisson" },
	{ 2, "El %n %a|Un %n Demasiado %a",
	  "Pequeño|Ambiguo|Tímido|Prestado|Soñoliento|Inoportuno|Extraño|Último",
	  "Búho|Paragüero|Cañaveral|Sastre|Tranvía|Farolero|Buñuelo|Jardín" },
	{ 1, "%a%n|%a%nと%a%n",
	  "静かな|忘れられた|青い|眠らない|"
	  "気まぐれな|小さな|遠い|不器用な",
	  "灯台|喫茶店|傘|写真館|路面電車|図書室|金魚|時計職人" },
	{ 1, "%a%n|%a%n与%a%n",
	  "沉默的|迟到的|蓝色的|会飞的|"
	  "遥远的|糊涂的|失眠的|隔壁的",
	  "茶馆|邮差|雨伞|渡口|裁缝|灯塔|月台|风筝" },
	{ 1, "%a %n|%a %n, %a %n", "조용한|늦은|작은|이상한|푸른|졸린|낯선|수줍은",
	  "등대|우체부|우산|찻집|기차역|재봉사|골목길|연날리기" },
};

static size_t count_words(const char *list)
{
	size_t n = 1;
	while ((list = strchr(list, '|')))
		list++, n++;
	return n;
}

/* The word at this index. It ends at a bar or at the end of the list. */
static const char *word_at(const char *list, size_t index, size_t *length)
{
	while (index-- > 0)
		list = strchr(list, '|') + 1;
	*length = strcspn(list, "|");
	return list;
}

/* A list and the word last drawn from it, which is not drawn twice in a row. */
struct bag {
	const char *list;
	size_t last;
};

static struct bag open_bag(const char *list, struct rng *r)
{
	return (struct bag){ list, rng_below(r, count_words(list)) };
}

static const char *draw_word(struct bag *bag, struct rng *r, size_t *length)
{
	const size_t n = count_words(bag->list);
	bag->last = (bag->last + 1 + rng_below(r, n - 1)) % n;
	return word_at(bag->list, bag->last, length);
}

static void fill_pattern(const struct script *s, int genre, struct rng *r, struct text *out)
{
	struct bag adjective = open_bag(s->adjectives, r),
		   noun = open_bag(s->nouns ? s->nouns : genre_nouns[genre], r);
	struct bag person = open_bag(persons, r), town = open_bag(towns, r);
	size_t left, length;
	const char *p = word_at(s->patterns, rng_below(r, count_words(s->patterns)), &left);
	for (; left > 0; p += length, left -= length) {
		length = strcspn(p, "%|");
		if (length > 0) {
			text_add(out, p, length);
			continue;
		}
		length = 2;
		size_t n;
		const char *word = draw_word(p[1] == 'a'   ? &adjective
					     : p[1] == 'n' ? &noun
					     : p[1] == 'p' ? &person
							   : &town,
					     r, &n);
		text_add(out, word, n);
	}
}

static const struct script *draw_script(struct rng *r)
{
	int ticket = (int)rng_below(r, 100);
	const struct script *s = scripts;
	while (ticket >= s->share)
		ticket -= s++->share;
	return s;
}

int titles_init(struct titles *t, int32_t n, struct err *e)
{
	t->capacity = 16;
	while (t->capacity < 2 * (size_t)n)
		t->capacity *= 2;
	t->seen = mem_array(t->capacity, sizeof *t->seen, e);
	return t->seen ? 0 : ERR_NOMEM;
}

void titles_done(struct titles *t)
{
	free(t->seen);
}

/* Records a title. Returns false if it is not new. */
static bool is_new(struct titles *t, const struct text *title)
{
	const uint64_t hash = rng_hash(title->bytes, title->length) | 1;
	size_t place = (hash >> 1) % t->capacity;
	while (t->seen[place] && t->seen[place] != hash)
		place = (place + 1) % t->capacity;
	const bool found = t->seen[place] == hash;
	t->seen[place] = hash;
	return !found;
}

/* Moves the article as MovieLens does: "The Canyon" becomes "Canyon, The". */
static void move_article(struct text *title)
{
	static const char *const articles[] = { "The ", "A " };
	for (int i = 0; i < 2; i++) {
		const size_t n = strlen(articles[i]);
		if (title->length > n && !strncmp(title->bytes, articles[i], n)) {
			memmove(title->bytes, title->bytes + n, title->length - n + 1);
			title->length -= n;
			text_addf(title, ", %.*s", (int)n - 1, articles[i]);
			return;
		}
	}
}

void titles_next(struct titles *t, struct rng *r, int genre, struct text *out)
{
	enum { PATIENCE = 8, FIRST_YEAR = 1925, LAST_YEAR = 2024 };
	for (int tries = 0;; tries++) {
		text_clear(out);
		fill_pattern(draw_script(r), genre, r, out);
		if (tries >= PATIENCE) /* the words are used up; sequel numbers never are */
			text_addf(out, ": Part %d", tries - PATIENCE + 2);
		if (out->failed || is_new(t, out))
			break;
	}
	const double age = rng_unit(r);
	move_article(out);
	text_addf(out, " (%d)", LAST_YEAR - (int)(age * age * (LAST_YEAR - FIRST_YEAR + 1)));
}
