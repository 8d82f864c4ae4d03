/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files as people have them: matrices, headers in other words and languages, comments, separators,
 * encodings. Each loads as it should, or gets an error that says what to type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dataset.h"
#include "autorec/load.h"
#include "autorec/missing.h"
#include "autorec/text.h"
#include "check.h"
#include "described.h"
#include "scratch.h"

static const struct shape_case {
	const char *what, *content;
	size_t length;        /* 0: up to the first NUL */
	const char *expected; /* "user: item=rating ... | ..." or "error: " and its beginning */
	const char *warning;  /* the beginning of the only one; NULL: there is none */
	const char *missing;  /* as typed */
	struct load_options options;
} cases[] = {
	/* matrices */
	{ "a matrix with names",
	  "user,Red Kite,Blue Moon,Green Day\nann,5,3,4\nbob,4,,1\ncyd,1,NaN,2\n",
	  .expected =
		  "ann: Red Kite=5 Green Day=4 Blue Moon=3 | bob: Red Kite=4 Green Day=1 | cyd: "
		  "Red Kite=1 Green Day=2" },
	{ "a matrix with users in columns", "movie;ann;bob;cyd\nA;5;;1\nB;4,5;2;3\n",
	  .expected = "ann: B=4.5 A=5 | cyd: B=3 A=1 | bob: B=2" },
	{ "a matrix as pandas writes it", ",10,20,30,40,50\n7,1,2,3,4,5\n9,5,4,,2,1\n",
	  .expected = "7: 10=1 20=2 40=4 50=5 30=3 | 9: 10=5 20=4 40=2 50=1",
	  .warning = "users are taken to be the rows" },
	{ "a pivot table whose rows have their name below the header",
	  "movieId,10,20,30,40,50\nuserId,,,,,\n7,1,2,3,4,5\n9,5,4,,2,1\n",
	  .expected = "7: 10=1 20=2 40=4 50=5 30=3 | 9: 10=5 20=4 40=2 50=1" },
	{ "a pivot table with the name of its values above",
	  ",rating,rating,rating\nuserId,ann,bob,cyd\nmovie,,,\nA,5,,1\nB,4,2,3\n",
	  .expected = "ann: B=4 A=5 | cyd: B=3 A=1 | bob: B=2" },
	{ "an age beside the ratings of a matrix",
	  "user,age,A,B,C,D\nann,31,5,,1,2\nbob,34,4,2,3,\ncyd,28,,1,,5\n",
	  .expected = "ann: age=31 A=5 C=1 D=2 | bob: age=34 A=4 B=2 C=3 | cyd: age=28 B=1 D=5",
	  .warning = "column \"age\" of the matrix holds 28 to 34, most others at most 5" },
	{ "a generous column of a matrix", "user,A,B,C,D,E\nann,2,5,,1,2\nbob,1,4,2,3,\n",
	  .expected = "ann: A=2 B=5 D=1 E=2 | bob: A=1 B=4 D=3 C=2" },
	{ "a matrix without names", "5,3,0,1\n4,0,0,1\n1,1,0,5\n1,0,0,4\n0,1,5,4\n",
	  .expected = "error: x.csv:1:1: 4 unnamed columns of the same few values may be a matrix "
		      "or a list; type format=matrix" },
	{ "the same, told", "5,3,0,1\n4,0,0,1\n1,1,0,5\n1,0,0,4\n0,1,5,4\n", .missing = "0",
	  .options = { .format = "matrix" },
	  .expected = "1: 4=1 1=5 2=3 | 3: 4=5 1=1 2=1 | 5: 4=4 2=1 3=5 | 2: 4=1 1=4 | 4: 4=4 1=1",
	  .warning = "users are taken to be the rows" },
	{ "Jester: a count, then values, 99 for none",
	  "3,4.5,99,-2.1,99,7.3\n2,99,99,1.25,-9.8,99\n5,1.1,2.2,3.3,4.4,5.5\n", .missing = "99",
	  .expected = "3: 3=3.3 1=1.1 4=4.4 5=5.5 2=2.2 | 1: 3=-2.1 1=4.5 5=7.3 | 2: 3=1.25 "
		      "4=-9.8",
	  .warning = "users are taken to be the rows" },
	{ "a row of the matrix that is too short",
	  "user,a,b,c,d,e\nu,1,2,3,4,5\nv,1,2,3\nw,5,4,3,2,1\nx,1,1,2,2,3\n",
	  .expected = "error: x.csv:3:1: 4 columns, expected 6 in a line of the matrix (1 of 4 "
		      "lines are bad" },
	{ "words in a column of a matrix, told", "user,sex,A,B\nu,M,1,2\nv,F,3,\n",
	  .options = { .format = "matrix" },
	  .expected = "error: x.csv:2:3: rating \"M\", expected a number such as 4 or 3.5 (2 of 2 "
		      "lines "
		      "are bad; this is the first); if a column holds no ratings, remove it" },
	{ "a matrix whose names are numbered",
	  "item1,item2,item3,item4,item5,item6\n5,,4,,1,2\n,3,,2,,\n1,,,,,5\n",
	  .expected = "1: item1=5 item6=2 item3=4 item5=1 | 2: item2=3 item4=2 | 3: item1=1 "
		      "item6=5",
	  .warning = "users are taken to be the rows" },
	{ "a matrix of films by name",
	  "user,Film 1,Film 2,\"The Game (1997)\",Book,Film 5\n7,5,,4,,1\n9,,3,,2,\n",
	  .expected = "7: Film 1=5 The Game (1997)=4 Film 5=1 | 9: Film 2=3 Book=2" },
	{ "places are no items of a matrix", "user,item,lat,lon\n1,A,41.5,-71\n2,B,41.5,-72\n",
	  .expected = "error: x.csv:1:1: the header (user, item, lat, lon) names no rating; type "
		      "columns=" },
	/* headers */
	{ "German", "film;benutzer;bewertung\nA;ann;5\nB;ann;4\nA;bob;2\n",
	  .expected = "ann: A=5 B=4 | bob: A=2" },
	{ "French", "Utilisateur,\xc3\x89toiles,Livre\nann,5,A\nann,4,B\nbob,2,A\n",
	  .expected = "ann: A=5 B=4 | bob: A=2" },
	{ "Spanish, in Latin-1",
	  "pel\xed"
	  "cula\tusuario\tpuntuaci\xf3n\nA\tann\t5\nB\tann\t4\nA\tbob\t2\n",
	  .expected = "ann: A=5 B=4 | bob: A=2" },
	{ "German numbers", "KundenNr;Artikelnummer;Sterne\n1;A;5\n1;B;4\n2;A;2\n",
	  .expected = "1: A=5 B=4 | 2: A=2" },
	{ "profiles of BeerAdvocate",
	  "brewery_id,brewery_name,review_time,review_overall,review_aroma,review_profilename,"
	  "beer_name,beer_abv,beer_beerid\n1,V,99,5,2,ann,Sausa,5,A\n1,V,99,4,2,ann,Pils,5,B\n"
	  "1,V,99,2,2,bob,Sausa,5,A\n",
	  .expected = "ann: A=5 B=4 | bob: A=2 / A: Sausa | B: Pils" },
	{ "capitals, blanks and hyphens",
	  "USERID,Movie Id,avg-rating,Book-Rating\n1,A,9,5\n1,B,9,4\n2,A,9,2\n",
	  .expected = "1: A=5 B=4 | 2: A=2" },
	{ "an exact word wins",
	  "userID,placeID,value,food_rating,rating\n1,A,7,8,5\n1,B,7,8,4\n2,A,7,8,2\n",
	  .expected = "1: A=5 B=4 | 2: A=2" },
	{ "items by title only",
	  "user-id,game-title,behavior-name,value\n1,A,play,5\n1,B,play,4\n2,A,play,2\n",
	  .expected = "1: A=5 B=4 | 2: A=2" },
	{ "links between catalogues", "movieId,imdbId,tmdbId\n1,7001,31\n2,7002,52\n",
	  .expected = "error: x.csv:1:1: the header (movieId, imdbId, tmdbId) names no user, no "
		      "rating; type columns=" },
	{ "likes", "user,item,liked\n1,A,1\n1,B,0\n2,A,1\n",
	  .expected =
		  "error: x.csv:1:1: the header (user, item, liked) names no rating; type columns= "
		  "with "
		  "user, item, rating or - for each column, such as columns=user,item,rating, or" },
	{ "clicks", "session_id,item_id,timestamp,category\n1,7,881250949,a\n1,8,881250950,b\n",
	  .expected = "error: x.csv:1:1: the header (session_id, item_id, timestamp, category) "
		      "names no rating; type columns= with "
		      "user, item, rating or - for each column, such as "
		      "columns=user,item,timestamp,rating, or format=matrix if a line holds all "
		      "ratings of a user; clicks or purchases without ratings cannot" },
	{ "counts instead of ratings", "user,artist,plays\n1,A,700\n1,B,3\n2,A,9\n",
	  .expected =
		  "error: x.csv:1:1: the header (user, artist, plays) has no rating; plays holds "
		  "counts: name it the rating with columns=, and add log=on" },
	{ "a comment at the end", "user,item,rating\n1,a,4\n1,b,2\n2,b,3\n# 3 ratings\n",
	  .expected = "error: x.csv:5:1: 1 column, expected user item rating (1 of 4 lines are "
		      "bad; this is "
		      "the first); if it is a comment, remove such lines: grep -vE '^(#|%|//)' "
		      "FILE > r.txt" },
	{ "a first id in words, told", "new,a,4\n1,a,2\n2,b,3\n",
	  .options = { .columns = "user,item,rating" }, .expected = "new: a=4 | 1: a=2 | 2: b=3",
	  .warning = "every user" },
	{ "counts, told", "user,artist,plays\n1,A,0\n1,B,1\n2,A,3\n",
	  .options = { .columns = "user,item,rating", .log = true },
	  .expected = "1: A=0 B=0.693147 | 2: A=1.38629" },
	{ "no ratings", "user,item\n1,A\n1,B\n2,A\n",
	  .expected = "error: x.csv:1:1: only two columns: pairs without ratings?" },
	{ "row names of R",
	  "\"user\",\"item\",\"rating\"\n\"1\",7,11,5\n\"2\",7,22,4\n\"3\",8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "decimal commas between commas", "user,item,rating\n1,11,3,5\n1,22,4,0\n2,11,2,5\n",
	  .expected = "error: x.csv:2:1: 4 columns, but the header names 3; if the ratings have a "
		      "decimal comma, write 3.5" },
	{ "a comma at the end of each line", "user,item,rating\n1,11,5,\n1,22,4,\n2,11,2,\n",
	  .expected = "1: 11=5 22=4 | 2: 11=2" },
	{ "row names of R in any order",
	  "user,item,rating\n\"9\",7,11,5\n\"4\",7,22,4\n\"5\",8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "names of rows in words", "user,item,rating\nb,7,11,5\na,7,22,4\nc,8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "an index of pandas", ",user,item,rating\n0,7,11,5\n1,7,22,4\n2,8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "ids with a prefix are no header",
	  "user:17,item:5,4\nuser:17,item:6,3\nuser:18,item:5,2\n",
	  .expected = "user:17: item:5=4 item:6=3 | user:18: item:5=2" },
	/* lines that are no ratings */
	{ "Matrix Market",
	  "%%MatrixMarket matrix coordinate real general\n% made up\n2 2 3\n1 1 5\n1 2 3\n2 1 4\n",
	  .expected = "1: 1=5 2=3 | 2: 1=4" },
	{ "ARFF",
	  "@RELATION r\n@ATTRIBUTE item NUMERIC\n@ATTRIBUTE user NUMERIC\n@ATTRIBUTE rating "
	  "NUMERIC\n@DATA\n11,7,5\n22,7,4\n11,8,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "sections of users", "7|2\n11\t50\t3801\n22\t40\t3801\n8|1\n11\t20\t3802\n",
	  .expected = "7: 11=50 22=40 | 8: 11=20" },
	{ "a comment that names the columns", "# item user rating\n11 7 5\n22 7 4\n11 8 2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	/* separators */
	{ "KONECT's sizes",
	  "% bip weighted\n% 3 2 2\n1 11 5 881250949\n1 22 4 881250950\n2 11 2 881250990\n",
	  .expected = "1: 11=5 22=4 | 2: 11=2" },
	{ "tabs, and blanks and commas in names",
	  "Ann Lee\tKite, The\t5\nAnn Lee\tMoon, A\t4\nBo Ray\tKite, The\t2\n",
	  .expected = "Ann Lee: Kite, The=5 Moon, A=4 | Bo Ray: Kite, The=2" },
	{ "tabs, and a quote that is not closed",
	  "user\titem\trating\tsaid\n1\tA\t5\t\"so so\n1\tB\t4\t\"not bad\n2\tA\t2\t\"no\n",
	  .expected = "1: A=5 B=4 | 2: A=2" },
	{ "decimal commas in quotes", "user,item,rating\n1,A,\"4,5\"\n1,B,\"4\"\n2,A,\"2,5\"\n",
	  .expected = "1: A=4.5 B=4 | 2: A=2.5" },
	{ "semicolons and commas in names",
	  "u1;Eat, Rest, Walk;4\nu2;Red, White, Blue;3\nu1;Up, Down, Left;1\n",
	  .expected = "u1: Eat, Rest, Walk=4 Up, Down, Left=1 | u2: Red, White, Blue=3" },
	{ "decimal commas", "1;11;3,5;0,7\n1;22;4,0;0,5\n2;11;2,5;0,1\n",
	  .expected = "1: 11=3.5 22=4 | 2: 11=2.5",
	  .warning = "the file has 4 columns without names" },
	{ "a decimal comma in one line", "user;item;rating\n1;11;3,5\n1;22;4\n2;11;2\n",
	  .expected = "1: 11=3.5 22=4 | 2: 11=2" },
	{ "a spreadsheet's separator", "sep=;\nuser;item;rating\n1;11;5\n1;22;4\n2;11;2\n",
	  .expected = "1: 11=5 22=4 | 2: 11=2" },
	{ "quotes between blanks",
	  "\"user\" \"item\" \"rating\"\n\"ann\" \"A 1\" 5\n\"ann\" \"B\" 4\n\"bob\" \"A 1\" 2\n",
	  .expected = "ann: A 1=5 B=4 | bob: A 1=2" },
	{ "a line break within quotes",
	  "user,item,rating,review\n1,11,5,\"good,\n1,99,1\n\"\n1,22,4,\n2,11,2,x\n",
	  .expected = "1: 11=5 22=4 | 2: 11=2" },
	{ "a line break within quotes between blanks",
	  "ann \"The\nMill\" 5\nann B 4\n\"Bo Ray\" \"The\nMill\" 2\n",
	  .expected = "ann: The\ufffdMill=5 B=4 | Bo Ray: The\ufffdMill=2" },
	{ "a quote that is not closed between blanks", "ann \"A 5\nann B 4\nbob \"A 2\n",
	  .expected = "ann: \"A=5 B=4 | bob: \"A=2" },
	{ "quotes after backslashes",
	  "\"1\";\"say \\\"a;b\\\"\";\"5\"\n\"1\";\"c\";\"4\"\n\"2\";\"c\";\"2\"\n",
	  .expected = "1: c=4 say \"a;b\"=5 | 2: c=2" },
	/* encodings */
	{ "CR alone", "user,item,rating\r1,11,3.5\r1,22,4\r2,11,2",
	  .expected = "1: 11=3.5 22=4 | 2: 11=2" },
	{ "UTF-16, low byte first",
	  "\xff\xfe"
	  "1\0,\0i\0,\0"
	  "5\0\n\0"
	  "1\0,\0\xe9\0,\0"
	  "4\0\n\0"
	  "2\0,\0i\0,\0"
	  "3\0\n\0",
	  38, .expected = "1: i=5 \u00e9=4 | 2: i=3" },
	{ "UTF-16, high byte first, without a mark",
	  "\0"
	  "1\0,\0i\0,\0"
	  "5\0\n\0"
	  "1\0,\0j\0,\0"
	  "4\0\n\0"
	  "2\0,\0i\0,\0"
	  "3\0\n",
	  36, .expected = "1: i=5 j=4 | 2: i=3" },
	{ "JSON Lines",
	  "{\"user_id\": \"u\\u00e91\", \"asin\": \"b1\", \"overall\": 5.0, \"style\": "
	  "{\"rating\": 9}, "
	  "\"text\": \"a \\\"b\\\", "
	  "c\"}\n{\"overall\":4,\"user_id\":\"u\\u00e91\",\"asin\":\"b2\"}\n"
	  "{\"user_id\": \"u2\", \"asin\": \"b1\", \"overall\": 2}\n",
	  .expected = "u\u00e91: b1=5 b2=4 | u2: b1=2" },
	{ "JSON Lines without ratings", "{\"user_id\": 1, \"asin\": 2, \"verified\": true}\n",
	  .expected = "error: x.csv:1:1: no key of the JSON objects is known for the rating" },
	/* values */
	{ "a value for none", "user,item,rating\n1,20,-1\n1,24,8\n2,20,7\n2,24,10\n3,20,-1\n",
	  .expected = "1: 20=-1 24=8 | 2: 20=7 24=10 | 3: 20=-1",
	  .warning = "2 of the ratings are -1, unlike the others; if that means \"no rating\", add "
		     "missing=-1" },
	{ "the same, told", "user,item,rating\n1,20,-1\n1,24,8\n2,20,7\n2,24,10\n3,20,-1\n",
	  .missing = "-9..-1", .expected = "2: 24=10 20=7 | 1: 24=8" },
	{ "Ciao: the rating is the fourth of six columns",
	  "1,11,3,5,4,2005-01-01\n1,22,7,4,4,2005-01-01\n2,11,3,2,3,2005-01-01\n",
	  .expected = "1: 11=3 22=7 | 2: 11=3",
	  .warning = "the file has 6 columns without names; the first three are taken for user, "
		     "item and rating; if they are not, type columns=, such as" },
	{ "lists of items", "1 11 22 33\n1 22 11\n3 44 5 6 7 8 9\n3 5 6 7\n",
	  .expected = "1: 11=22 22=11 | 3: 44=5 5=6",
	  .warning = "the file has 7 columns without names" },
	{ "the rating is the first column", "5,7001,801\n5,7002,802\n2,7002,801\n2,7001,802\n",
	  .expected = "5: 7001=801 7002=802 | 2: 7001=802 7002=801",
	  .warning = "the ratings, 801 to 802, look like ids" },
	{ "a matrix with 0 for none", "user,a,b,c,d,e\nu,1,0,0,4,5\nv,0,2,0,4,0\nw,0,0,1,2,3\n",
	  .expected = "u: a=1 b=0 c=0 d=4 e=5 | v: a=0 b=2 c=0 d=4 e=0 | w: a=0 b=0 c=1 d=2 e=3",
	  .warning = "7 of the ratings are 0, unlike the others; if that means" },
	{ "numbers of pandas as names", "0,1,2\n7,11,5\n7,22,4\n8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "a user 0", "0,1,2\n0,2,5\n1,1,4\n", .expected = "0: 1=2 2=5 | 1: 1=4" },
	{ "Python dictionaries", "{'user': 'ann', 'item': 'A', 'rating': 5}\n",
	  .expected = "error: x.csv:1:1: a Python dictionary, expected JSON; convert the file: "
		      "python3" },
	{ "an order that cannot be guessed", "1,A,play,5\n1,B,play,4\n2,A,play,2\n",
	  .expected =
		  "error: x.csv:1:5: rating \"play\", expected a number such as 4 or 3.5 (3 of "
		  "3 lines are bad; this is the first); if the order is another, type columns=" },
	/* titles and reviews in the ratings */
	{ "titles of reviews",
	  "user,item,rating,title\n1,A,5,Great\n2,A,1,Awful\n1,B,4,Fine\n2,B,3,So so\n",
	  .expected = "1: A=5 B=4 | 2: A=1 B=3",
	  .warning = "the titles are not used, because the lines of an item have different ones" },
	{ "titles of reviews in JSON",
	  "{\"user_id\":1,\"asin\":\"A\",\"rating\":5,\"title\":\"Great\"}\n"
	  "{\"user_id\":2,\"asin\":\"A\",\"rating\":1,\"title\":\"Awful\"}\n"
	  "{\"user_id\":2,\"asin\":\"B\",\"rating\":2,\"title\":\"Bad\"}\n",
	  .expected = "2: A=1 B=2 | 1: A=5",
	  .warning = "the titles are not used, because the lines of an item have different ones" },
	{ "titles of items",
	  "user,item,rating,title\n1,A,5,Old Mill\n2,A,1,Old Mill\n1,B,4,Way\n2,B,3,Way\n",
	  .expected = "1: A=5 B=4 | 2: A=1 B=3 / A: Old Mill | B: Way" },
	/* sums and means in a matrix */
	{ "a column of means", "user,Up,Low,Far,average\nann,5,3,4,4\nbob,4,,2,3\ncyd,1,1,,1\n",
	  .expected = "ann: Up=5 Low=3 Far=4 | bob: Up=4 Far=2 | cyd: Up=1 Low=1",
	  .warning = "\"average\" of the matrix is left out" },
	{ "a line of sums, and a count",
	  "user,n_ratings,Total Recall,Low,Far\nann,3,5,3,4\nbob,2,4,,2\nTotal,5,9,3,6\n",
	  .expected = "ann: Total Recall=5 Far=4 Low=3 | bob: Total Recall=4 Far=2",
	  .warning = "\"n_ratings\" and others of the matrix is left out" },
	{ "names of either side", "name,Film 1,Film 2,Film 3\nann,5,3,4\nbob,4,2,1\n",
	  .expected = "ann: Film 1=5 Film 2=3 Film 3=4 | bob: Film 1=4 Film 2=2 Film 3=1",
	  .warning = "users are taken to be the rows of the matrix" },
	/* names that are numbers */
	{ "an index of pandas above numbers", ",0,1,2\n0,7,11,5\n1,7,22,4\n2,8,11,2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "a matrix of pandas with an index",
	  ",0,1,2,3,4,5\n0,1,2,3,4,5,5\n1,5,,3,2,1,1\n2,1,1,2,2,,3\n",
	  .expected =
		  "0: 0=1 2=3 3=4 5=5 1=2 4=5 | 1: 0=5 2=3 3=2 5=1 4=1 | 2: 0=1 2=2 3=2 5=3 1=1",
	  .warning = "users are taken to be the rows of the matrix" },
	{ "a matrix of three items", "5,3,0\n4,0,1\n1,1,5\n1,0,4\n0,1,5\n",
	  .expected = "1: 0=4 1=5 | 5: 3=0 | 4: 0=1 | 0: 1=5",
	  .warning = "the file has 3 columns without names" },
	{ "a list of small numbers", "1,1,5\n1,2,3\n2,1,4\n2,3,1\n3,3,2\n",
	  .expected = "1: 1=5 2=3 | 2: 1=4 3=1 | 3: 3=2" },
	/* lines without a rating */
	{ "blank ratings",
	  "user,item,rating\n1,A,5\n1,B,\n2,A,NaN\n2,B,4\n3,A,NA\n3,B,null\n1,B,2\n",
	  .expected = "1: B=2 A=5 | 2: B=4", .warning = "4 lines are without a rating" },
	{ "null in JSON",
	  "{\"user\":1,\"item\":2,\"rating\":null}\n{\"user\":1,\"item\":3,\"rating\":5}\n"
	  "{\"user\":1,\"item\":4,\"rating\":3}\n",
	  .expected = "1: 3=5 4=3", .warning = "1 line is without a rating" },
	/* lines around the ratings */
	{ "comments below the names",
	  "# item user rating\n# made in 2020\n11 7 5\n22 7 4\n11 8 2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "names after a word", "# columns: item, user, rating\n11\t7\t5\n22\t7\t4\n11\t8\t2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "a sentence with the same words",
	  "# each line has an item of a user and its rating\n7 11 5\n7 22 4\n8 11 2\n",
	  .expected = "7: 11=5 22=4 | 8: 11=2" },
	{ "a title above the header", "My ratings\n\nitem,user,rating\n1,A,5\n1,B,4\n2,A,3\n",
	  .expected =
		  "error: x.csv:1:1: the header is in line 3; type skip=2 to skip what is above "
		  "it" },
	{ "a title above the ratings", "My ratings\n1,A,5\n1,B,4\n2,A,3\n",
	  .expected =
		  "error: x.csv:1:1: 1 column, expected user item rating (1 of 4 lines are bad; "
		  "this is the first); if the first line is no rating, type skip=1" },
	{ "a line of sums below a list", "user,item,rating\n1,A,5\n1,B,4\n2,A,3\nTotal,3,12\n",
	  .expected = "1: A=5 B=4 | 2: A=3 | Total: 3=12",
	  .warning = "user \"Total\" has a single rating: a line of sums?" },
	{ "two columns of ratings", "user,film,old_rating,new_rating\n1,A,5,1\n1,B,4,1\n2,A,2,1\n",
	  .expected = "1: A=5 B=4 | 2: A=2",
	  .warning = "several columns may be the rating by their names" },
	{ "dates before the items", "1,2010-10-19,5,A\n1,2010-10-20,4,B\n2,2010-10-21,2,A\n",
	  .expected = "error: x.csv:1:1: column 2 holds dates, expected user, item and rating" },
	{ "commas between thousands", "user,item,rating\n1,A,\"1,234\"\n1,B,7\n2,A,2\n",
	  .expected = "1: A=1.234 B=7 | 2: A=2", .warning = "the comma in ratings such as 1,234" },
	{ "a rating for each user", "1,a,5\n2,b,4\n3,a,2\n", .expected = "1: a=5 | 2: b=4 | 3: a=2",
	  .warning = "every user has a single rating" },
	{ "one value only", "1,a,5\n1,b,5\n2,a,5\n", .expected = "1: a=5 b=5 | 2: a=5",
	  .warning = "all ratings are 5: there is nothing to learn from them" },
	{ "times as ratings", "1,a,881250949\n1,b,881250950\n2,a,881250990\n",
	  .expected = "1: a=8.81251e+08 b=8.81251e+08 | 2: a=8.81251e+08",
	  .warning = "the ratings, 881250944 to 881251008, look like timestamps" },
};

static void expect_loaded(const struct shape_case *c, const struct dataset *d)
{
	struct text found = { 0 };
	describe(d, &found);
	if (strcmp(found.bytes, c->expected) != 0)
		fail_msg("%s:\n  found    %s\n  expected %s", c->what, found.bytes, c->expected);
	text_done(&found);
	const int n = d->report.n_warnings;
	if (n != (c->warning != NULL) ||
	    (n > 0 && strncmp(d->report.warnings[0], c->warning, strlen(c->warning)) != 0))
		fail_msg("%s: warned \"%s\" (of %d), expected \"%s\"", c->what,
			 n > 0 ? d->report.warnings[0] : "", n, c->warning ? c->warning : "");
	assert_int_equal(d->report.rejected, 0);
}

static void shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct shape_case *c = &cases[i];
		struct load_options o = c->options;
		struct missing missing;
		struct dataset *d;
		struct err e;
		char path[256], text[1024], shown[1040];
		scratch_empty();
		scratch_write("x.csv", c->content, c->length ? c->length : strlen(c->content));
		if (c->missing) {
			assert_int_equal(missing_parse(&missing, c->missing, &e), 0);
			o.missing = &missing;
		}
		if (dataset_load(scratch_path("x.csv", path, sizeof path), &o, &d, &e) == 0) {
			expect_loaded(c, d);
			dataset_free(d);
			continue;
		}
		snprintf(shown, sizeof shown, "error: %s", err_text(&e, text, sizeof text));
		if (strncmp(shown, c->expected, strlen(c->expected)) != 0)
			fail_msg("%s:\n  found    %s\n  expected %s", c->what, shown, c->expected);
	}
}

static void foreign_test_ratings_are_noted(void **state)
{
	(void)state;
	static const struct {
		const char *test;
		int warnings;
	} tests[] = { { "2,b,3\n1,z,4\n", 0 }, { "new,a,4\nbob,z,2\n", 1 } };
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
		char path[256], test[256];
		struct load_options o = { .test = scratch_path("t.csv", test, sizeof test) };
		struct dataset *d;
		struct err e;
		scratch_empty();
		scratch_write("x.csv", "1,a,5\n1,b,3\n2,a,1\n2,c,4\n", 24);
		scratch_write("t.csv", tests[i].test, strlen(tests[i].test));
		must(dataset_load(scratch_path("x.csv", path, sizeof path), &o, &d, &e), &e);
		assert_int_equal(d->report.n_warnings, tests[i].warnings);
		if (tests[i].warnings)
			assert_non_null(strstr(d->report.warnings[0], "the right test file?"));
		dataset_free(d);
	}
}

static void repeats(void **state)
{
	(void)state;
	static const char content[] =
		"user,item,rating,timestamp\n1,a,5,300\n2,a,1,1\n1,a,2,900\n1,b,3,5"
		"\n1,a,4,600\n2,b,1,1\n2,c,1,1\n";
	static const struct {
		enum repeats repeats;
		const char *expected;
	} ways[] = {
		{ REPEATS_LAST, "1: a=4 b=3 | 2: a=1 b=1 c=1" },
		{ REPEATS_FIRST, "1: a=5 b=3 | 2: a=1 b=1 c=1" },
		{ REPEATS_MEAN, "1: a=3.66667 b=3 | 2: a=1 b=1 c=1" },
		{ REPEATS_LATEST, "1: a=2 b=3 | 2: a=1 b=1 c=1" },
	};
	char path[256];
	struct err e;
	struct dataset *d;
	scratch_empty();
	scratch_write("x.csv", content, strlen(content));
	scratch_path("x.csv", path, sizeof path);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		const struct load_options o = { .repeats = ways[i].repeats };
		struct text found = { 0 };
		assert_int_equal(dataset_load(path, &o, &d, &e), 0);
		describe(d, &found);
		assert_string_equal(found.bytes, ways[i].expected);
		assert_int_equal(d->report.duplicates, 2);
		text_done(&found);
		dataset_free(d);
	}
	scratch_write("x.csv", "1,a,5\n1,a,4\n", 12);
	const struct load_options latest = { .repeats = REPEATS_LATEST };
	assert_int_equal(dataset_load(path, &latest, &d, &e), ERR_DATA);
	assert_non_null(strstr(e.message, "has no times, which repeats=latest needs"));
}

/* Files of titles for items 1, 2 and 3, whose titles are those of the first case. */
static void titles_are_found(void **state)
{
	static const char *const titles[] = {
		"item,title\n1,Old Mill\n2,New Mill\n3,Way\n",
		"1,1990,Old Mill\n2,1991,New Mill\n3,1991,Way\n",
		"1,tt0114709,Old Mill\n2,tt0114710,New Mill\n3,tt0114711,Way\n",
		"1,http://x/a,Old Mill\n2,http://x/b,New Mill\n3,http://x/c,Way\n",
		"1,01-Jan-1990,Old Mill\n2,02-Jan-1991,New Mill\n3,03-Jan-1991,Way\n",
		"1|Drama|Old Mill\n2|Drama|New Mill\n3|War|Way\n",
		"Old Mill\t1\nNew Mill\t2\nWay\t3\n",
		"1 Old Mill\n2 New Mill\n3 Way\n",
		"year,label,movieId\n1990,Old Mill,1\n1990,New Mill,2\n1991,Way,3\n",
		"code,year,title\n1,1990,Old Mill\n2,1990,New Mill\n3,1991,Way\n",
		"id\tname\turl\n1\tOld Mill\thttp://a\n2\tNew Mill\thttp://b\n3\tWay\t\n",
		"id;movie\n1;Old Mill\n2;New Mill\n3;Way\n",
		"item,title\n1,\"Old\nMill\"\n2,New Mill\n3,Way\n",
	};
	(void)state;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		struct dataset *d;
		struct err e = { 0 };
		struct text found = { 0 };
		char ratings[512], path[512];
		struct load_options o = { .titles = scratch_path("t.csv", path, sizeof path) };
		scratch_empty();
		scratch_write("x.csv", "ann,1,5\nann,2,4\nann,3,3\nbob,1,2\n", 32);
		scratch_write("t.csv", titles[i], strlen(titles[i]));
		must(dataset_load(scratch_path("x.csv", ratings, sizeof ratings), &o, &d, &e), &e);
		describe(d, &found);
		const char *shown = strchr(found.bytes, '/'),
			   *expected = "/ 1: Old Mill | 2: New Mill | 3: Way";
		if (!shown || strcmp(shown, expected) != 0)
			fail_msg("%s:\n  found    %s\n  expected %s", titles[i], found.bytes,
				 expected);
		text_done(&found);
		dataset_free(d);
	}
}

static void values_for_none_are_parsed(void **state)
{
	(void)state;
	struct missing m;
	struct err e;
	assert_int_equal(missing_parse(&m, "0,-3..-1,99", &e), 0);
	static const double in[] = { 0, -3, -2.5, -1, 99 }, out[] = { 1, -0.5, -3.5, 98 };
	for (size_t i = 0; i < sizeof in / sizeof *in; i++)
		assert_true(missing_has(&m, in[i]));
	for (size_t i = 0; i < sizeof out / sizeof *out; i++)
		assert_false(missing_has(&m, out[i]));
	static const char *const bad[] = { "x", "1,,2", "3..1", "1..", "1,2,3,4,5,6,7,8,9" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(missing_parse(&m, bad[i], &e), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(foreign_test_ratings_are_noted),
		cmocka_unit_test(repeats),
		cmocka_unit_test(titles_are_found),
		cmocka_unit_test(values_for_none_are_parsed),
	};
	return cmocka_run_group_tests_name("shapes", tests, scratch_make, scratch_remove);
}
