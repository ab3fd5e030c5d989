<?xml version="1.0"?>
<!-- The page of a plan. Numbers and places come computed; here they only get
     their words and elements. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="xml" omit-xml-declaration="yes" encoding="UTF-8"
    indent="no"/>

<xsl:template match="/plan">
<xsl:text disable-output-escaping="yes">&lt;!DOCTYPE html&gt;&#10;</xsl:text>
<html lang="en"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title><xsl:value-of select="@summary"/></title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff;
  --soft: #57606a; --line: #d0d7de; --add: #1a7f37; --change: #0550ae;
  --remove: #a40e26; --other: #57606a }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3;
  --paper: #0d1117; --soft: #9da7b3; --line: #3d444d; --add: #56d364;
  --change: #79c0ff; --remove: #ff9492; --other: #9da7b3 } }
body { font: 16px/1.5 sans-serif; color: var(--ink);
  background: var(--paper); margin: 0 auto; max-width: 62em; padding: 1em }
h1 { font-size: 1.3em } h2 { font-size: 1.15em } h3 { font-size: 1em }
a { color: var(--change) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em }
dd, dt { margin: 0 } dt, small { color: var(--soft) }
dd, td, li, summary, h3 { overflow-wrap: anywhere }
section, details { border-top: 1px solid var(--line); padding: .3em 0 }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .15em .5em }
tr + tr td { border-top: 1px solid var(--line) }
.scroll { overflow-x: auto } svg { min-width: 40em; width: 100% }
svg text { fill: var(--ink); font: 12px sans-serif }
b.a { color: var(--add) } b.m { color: var(--change) }
b.r { color: var(--remove) }
.Add { fill: var(--add) } .Modify { fill: var(--change) }
.Remove { fill: var(--remove) } .Other { fill: var(--other) }
ul { margin: 0; padding-left: 1.2em }
@media (max-width: 40em) { body { padding: .6em } td, th { padding: .1em .25em }
  dl { gap: 0 .5em } }
@media print { body { max-width: none } .scroll { overflow: visible }
  nav { display: none } }
</style></head><body>
<header><h1><xsl:value-of select="@summary"/></h1>
<dl><xsl:for-each select="@*[name() != 'summary']">
<dt><xsl:value-of select="name()"/></dt>
<dd><xsl:value-of select="."/></dd></xsl:for-each></dl></header>
<nav aria-label="Contents"><ul>
<xsl:if test="picture"><li><a href="#levels">Levels</a></li></xsl:if>
<xsl:if test="wave"><li><a href="#waves">Waves</a></li></xsl:if>
<xsl:if test="bundle"><li><a href="#software">New software</a></li></xsl:if>
<li><a href="#before">Before the first procedure</a></li>
<li><a href="#procedures">Procedures</a></li>
<li><a href="#after">After the last procedure</a></li></ul></nav>
<main>
<xsl:apply-templates select="picture"/>
<xsl:if test="wave"><section id="waves"><h2>Waves</h2><ol>
<xsl:for-each select="wave"><li value="{@number}">level <xsl:value-of
    select="@level"/>, <xsl:value-of
    select="@procedure-count"/> procedure<xsl:if
    test="@procedure-count != 1">s</xsl:if><xsl:if
    test="@at-most">, at most <xsl:value-of
    select="@at-most"/></xsl:if><xsl:if test="@phase">, phase <xsl:value-of
    select="@phase"/></xsl:if><xsl:if test="@gate"> after <xsl:value-of
    select="@gate"/></xsl:if></li></xsl:for-each></ol></section></xsl:if>
<xsl:if test="bundle"><section id="software"><h2>New software</h2>
<xsl:for-each select="bundle"><h3><xsl:value-of select="@name"/></h3><dl>
<xsl:for-each select="@*[name() != 'name']"><dt><xsl:value-of
    select="name()"/></dt><dd><xsl:value-of select="."/></dd></xsl:for-each>
</dl></xsl:for-each></section></xsl:if>
<section id="before"><h2>Before the first procedure</h2>
<xsl:apply-templates select="before"/></section>
<section id="procedures"><h2>Procedures, in the order of execution</h2>
<xsl:apply-templates select="procedure"/></section>
<section id="after"><h2>After the last procedure</h2>
<xsl:apply-templates select="after"/>
<h3>After commit; there is no rollback any more</h3>
<xsl:apply-templates select="commit"/></section>
</main><footer><p><xsl:value-of select="@summary"/></p></footer></body></html>
</xsl:template>

<xsl:template match="picture">
<section id="levels"><h2>What happens when</h2>
<p>Levels from left to right: <b class="a">adds</b>, <b class="m">changes</b>,
<b class="r">removes</b>; the title of each bar names its procedure.<xsl:if test="@share = 'yes'"> Neighbouring procedures
share a row.</xsl:if></p>
<div class="scroll" tabindex="0" role="group" aria-label="Picture, scrolls">
<svg role="img" viewBox="0 0 {@width} {@height}"
    aria-label="Procedures by level; the list below says the same in words">
<text x="250" y="14">level 0</text>
<xsl:if test="@levels &gt; 1"><text x="{@width}" y="14" text-anchor="end">level
<xsl:value-of select="@levels - 1"/></text></xsl:if>
<xsl:for-each select="row"><text x="0" y="{@y}"><xsl:value-of
    select="."/></text></xsl:for-each>
<xsl:for-each select="cell"><rect x="{@x}" y="{@y}" width="{@w}" height="13"
    class="{@deed}"><title>level <xsl:value-of select="@level"/>: <xsl:value-of
    select="@name"/></title></rect></xsl:for-each>
</svg></div></section>
</xsl:template>

<xsl:template match="before|after|commit">
<xsl:apply-templates select="callback"/>
<xsl:call-template name="actions"/>
<xsl:if test="not(*)"><p>Nothing.</p></xsl:if>
</xsl:template>

<xsl:template match="procedure">
<details><summary>level <xsl:value-of select="@level"/>: <strong><xsl:value-of
    select="@name"/></strong>, <xsl:value-of select="count(action)"/> actions<xsl:if
    test="@why">: <xsl:value-of select="@why"/></xsl:if></summary>
<p><xsl:value-of select="@method"/>; services at risk: <xsl:value-of
    select="@outage"/><xsl:if test="@at-most">; at most <xsl:value-of
    select="@at-most"/></xsl:if></p>
<ul><xsl:for-each select="service"><li>service <xsl:value-of
    select="@state"/>: <xsl:value-of select="@name"/></li></xsl:for-each>
<xsl:for-each select="node"><li>rolls over <xsl:value-of
    select="@name"/><xsl:if test="@type"> all of type <xsl:value-of
    select="@type"/></xsl:if><xsl:if test="@in"> in <xsl:value-of
    select="@in"/></xsl:if></li></xsl:for-each>
<xsl:for-each select="step"><li>step [<xsl:value-of
    select="@number"/>] <xsl:value-of select="@type"/>,<xsl:text> </xsl:text><xsl:value-of select="@deed"/>; at most <xsl:value-of
    select="@retries"/> retries<xsl:if test="@why">: <xsl:value-of
    select="@why"/></xsl:if>
<ul><xsl:for-each select="entity"><li><xsl:value-of
    select="@role"/>: <xsl:value-of select="@what"/><xsl:text> </xsl:text><xsl:value-of select="@name"/></li></xsl:for-each></ul>
<xsl:apply-templates select="callback"/></li></xsl:for-each></ul>
<xsl:call-template name="actions"/></details>
</xsl:template>

<xsl:template match="callback">
<p><xsl:value-of select="@when"/>: callback <xsl:value-of
    select="@label"/><xsl:if test="@string">: <xsl:value-of
    select="@string"/></xsl:if></p>
</xsl:template>

<xsl:template name="actions">
<xsl:if test="action"><table><tr><th scope="col">No.</th><th
    scope="col">Action</th><th scope="col">On what</th></tr>
<xsl:apply-templates select="action"/></table></xsl:if>
</xsl:template>

<xsl:template match="action">
<tr><td><xsl:value-of select="@number"/></td><td><xsl:value-of
    select="@verb"/><xsl:if test="@phase">
<xsl:text> </xsl:text><small><xsl:value-of
    select="@phase"/><xsl:if test="@step"> [<xsl:value-of
    select="@step"/>]</xsl:if></small></xsl:if></td><td>
<xsl:if test="@bundle"><xsl:value-of select="@bundle"/> for </xsl:if>
<xsl:if test="@each = 'yes'">each of </xsl:if>
<xsl:value-of select="@entity"/>
<xsl:if test="@type"> all of type <xsl:value-of select="@type"/></xsl:if>
<xsl:if test="@below"> below <xsl:value-of select="@below"/></xsl:if>
<xsl:if test="@on"> on <xsl:value-of select="@on"/></xsl:if>
<xsl:for-each select="@operation|@command|@arguments|@label|@string">
<xsl:text> </xsl:text><xsl:value-of select="."/></xsl:for-each>
<xsl:if test="@undo"><br/>undo: <xsl:value-of select="@undo"/>
<xsl:text> </xsl:text><xsl:value-of select="@undo-arguments"/></xsl:if>
<xsl:if test="@why"><br/><small>why: <xsl:value-of
    select="@why"/></small></xsl:if>
<xsl:if test="change"><ul><xsl:apply-templates select="change"/></ul></xsl:if>
</td></tr>
</xsl:template>

<xsl:template match="change">
<li><xsl:value-of select="@kind"/><xsl:if test="@object">
<xsl:text> </xsl:text><xsl:value-of select="@object"/></xsl:if><xsl:if test="@class"> (<xsl:value-of
    select="@class"/>)</xsl:if><xsl:if test="@type"> all of type <xsl:value-of
    select="@type"/></xsl:if><xsl:if test="@below"> below <xsl:value-of
    select="@below"/></xsl:if><xsl:if test="@rdn">, its <xsl:value-of
    select="@rdn"/></xsl:if>
<xsl:if test="@why"><br/><small>why: <xsl:value-of
    select="@why"/></small></xsl:if>
<xsl:if test="attribute"><ul><xsl:for-each select="attribute"><li>
<xsl:value-of select="@name"/><xsl:text> </xsl:text>
<xsl:value-of select="@operator"/><xsl:text> </xsl:text>
<xsl:if test="@old"><del><xsl:value-of select="@old"/></del> &#8594; </xsl:if>
<xsl:for-each select="value"><xsl:if test="position() &gt; 1"> | </xsl:if>
<xsl:value-of select="@text"/></xsl:for-each></li></xsl:for-each></ul></xsl:if>
</li>
</xsl:template>
</xsl:stylesheet>
