/*
 * What do libxml2's errors say to the author of a file? Its own words are made
 * for its authors.
 */
#include <libxml/xmlerror.h>
#include <stddef.h>

#include "xml_in.h"

static const struct {
	int code;
	const char *text;
} wordings[] = {
	{ XML_ERR_DOCUMENT_EMPTY, "there is no XML in it" },
	{ XML_ERR_DOCUMENT_END,
	    "there is something behind the end of the root element" },
	{ XML_ERR_INVALID_CHAR, "a character that XML does not allow" },
	{ XML_ERR_INVALID_CHARREF, "a character reference to a character that "
	    "XML does not allow" },
	{ XML_ERR_INVALID_DEC_CHARREF, "a malformed character reference" },
	{ XML_ERR_INVALID_HEX_CHARREF, "a malformed character reference" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING,
	    "\"&\" begins a reference that has no \";\" (a plain \"&\" is "
	    "written \"&amp;\")" },
	{ XML_ERR_NAME_REQUIRED, "a name is missing" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "\"<\" in the value of an XML attribute" },
	{ XML_ERR_ATTRIBUTE_NOT_STARTED,
	    "the value of an XML attribute is not in quotes" },
	{ XML_ERR_ATTRIBUTE_NOT_FINISHED,
	    "the value of an XML attribute has no closing quote" },
	{ XML_ERR_ATTRIBUTE_WITHOUT_VALUE, "an XML attribute has no value" },
	{ XML_ERR_COMMENT_NOT_FINISHED, "a comment is not closed" },
	{ XML_ERR_HYPHEN_IN_COMMENT, "\"--\" inside a comment" },
	{ XML_ERR_CDATA_NOT_FINISHED, "a CDATA section is not closed" },
	{ XML_ERR_MISPLACED_CDATA_END, "\"]]>\" in a text" },
	{ XML_ERR_PI_NOT_FINISHED, "a processing instruction is not closed" },
	{ XML_ERR_RESERVED_XML_NAME,
	    "the XML declaration stands elsewhere than at the very beginning" },
	{ XML_ERR_XMLDECL_NOT_FINISHED, "the XML declaration is not closed" },
	{ XML_ERR_GT_REQUIRED, "a tag is not closed by \">\"" },
	{ XML_ERR_LTSLASH_REQUIRED, "a closing tag is missing" },
	{ XML_ERR_SPACE_REQUIRED, "a blank is missing" },
};

const char *
xml_in_words(int code)
{
	size_t i;

	for (i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (wordings[i].code == code)
			return wordings[i].text;
	return NULL;
}
