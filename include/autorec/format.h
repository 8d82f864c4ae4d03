/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kinds of ratings files that load knows by name. */
#ifndef AUTOREC_FORMAT_H
#define AUTOREC_FORMAT_H

#include <stdbool.h>

/* A kind of ratings file.  The first one fits whose separator and sections are those of the file's
 * first lines and whose `files` match its name.  Names are glob patterns with "@(a|b)". */
struct format_info {
	const char *name, *help; /* name: for load_options.format */
	const char *label;       /* for the report */
	const char *separator;   /* between columns; " " is any run of blanks */
	bool sections;           /* a line such as "7:" names the item of the lines below it */
	bool many;               /* all files of a folder that match are one set of ratings */
	const char *files;       /* names of ratings files */
	const char *folder;      /* the ratings file that a folder is known by, or NULL */
	const char *example;     /* such a name, where the pattern says it badly */
	const char *titles; /* the file of titles beside the ratings, or NULL; "*" is the ratings
			       file's name */
	const char *title_columns; /* its columns when looking does not tell: "item,-,title..." */
};
const struct format_info *dataset_formats(void); /* ends with a NULL name */

#endif
