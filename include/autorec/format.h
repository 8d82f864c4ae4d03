/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The formats of ratings files that load knows by name. */
#ifndef AUTOREC_FORMAT_H
#define AUTOREC_FORMAT_H

#include <stdbool.h>

/* A format of ratings files. The first format fits whose separator and sections agree with the
 * file's first lines and whose `files` match its name. Names are glob patterns with "@(a|b)". */
struct format_info {
	const char *name, *help; /* name: for load_options.format */
	const char *label;       /* for the report */
	const char *separator;   /* between columns; " " is any run of blanks */
	bool sections;           /* a line such as "7:" names the item of the lines below it */
	bool matrix;             /* a user in a line and an item in a column, or the reverse */
	bool many;               /* all matching files of a folder form one set of ratings */
	const char *files;       /* names of ratings files */
	const char *folder;      /* the ratings file that identifies such a folder, or NULL */
	const char *example;     /* an example of such a name, if the pattern is hard to read */
	/* The file of titles beside the ratings, or NULL; "*" stands for the name of
	 * the ratings file. */
	const char *titles;
	const char *title_columns; /* its columns, if they cannot be detected: "item,-,title..." */
};
const struct format_info *dataset_formats(void); /* ends with a NULL name */

#endif
