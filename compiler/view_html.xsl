<?xml version="1.0"?>
<!-- The page of a plan. Numbers and places come computed; here they only get
     their words and elements. Without styles it is plain text and tables with
     pictures that keep their colours. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="xml" omit-xml-declaration="yes" encoding="UTF-8"
    indent="no"/>

<xsl:template match="/plan">
<xsl:text disable-output-escaping="yes">&lt;!DOCTYPE html&gt;&#10;</xsl:text>
<html lang="en"><head><meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src 'sha256-e2pDPBo2GTNT0t+qRh2DEx/ney3X4y0yjKSh2qv0BDY='"/>
<title><xsl:value-of select="@summary"/></title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff;
  --soft: #57606a; --line: #d0d7de; --link: #0550ae; --tile: #f6f8fa;
  --warn: #a40e26;
  --t0: #e6e9ed; --t1: #ffe3a3; --t2: #bcd7ff; --t3: #ffc9cf; --t4: #b7ebc4;
  --t5: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3;
  --paper: #0d1117; --soft: #9da7b3; --line: #3d444d; --link: #79c0ff;
  --tile: #161b22; --warn: #ff9492;
  --t0: #30363d; --t1: #664d03; --t2: #1f4a86; --t3: #7a2530; --t4: #1c5a2c;
  --t5: #161b22 } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); margin: 0 auto; max-width: 64em; padding: 1em }
h1 { font-size: 1.5em; margin: 0 } h2 { font-size: 1.2em; margin: .3em 0 }
h3 { font-size: 1em; margin: .8em 0 .2em }
.lead { font-size: 1.1em } a { color: var(--link) }
a:focus-visible, summary:focus-visible, .scroll:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em }
dd, dt { margin: 0 } dt, small, .soft { color: var(--soft) }
.tiles { grid-template-columns: repeat(auto-fit, minmax(8em, 1fr)); gap: .6em }
.tiles div { background: var(--tile); border: 1px solid var(--line);
  border-radius: 6px; padding: .3em .7em }
.tiles dd { font-size: 1.35em; font-weight: 600 }
.warn { color: var(--warn); font-weight: 600 }
dd, td, li, p, summary, h1, h3 { overflow-wrap: anywhere }
section { border-top: 1px solid var(--line); padding: .6em 0; margin-top: .6em }
details { border-top: 1px solid var(--line); padding: .2em 0 }
summary { cursor: pointer; padding: .15em 0 }
td details { border: 0; padding: 0 }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .15em .5em }
.n td, .n th + th { text-align: right }
tr + tr td, tr + tr th { border-top: 1px solid var(--line) }
td:first-child, .n td, th[scope=row] { white-space: nowrap }
tr[id] td:nth-child(2) { min-width: 6em }
.scroll { overflow-x: auto }
svg { min-width: 58em; width: 100%; height: auto; display: block }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
.t0 { fill: var(--t0) } .t1 { fill: var(--t1) } .t2 { fill: var(--t2) }
.t3 { fill: var(--t3) } .t4 { fill: var(--t4) }
.t5 { fill: var(--t5); stroke: var(--line) }
.key span { padding: 0 .4em; margin-right: .6em; border-radius: 3px;
  white-space: nowrap }
span.t0 { background: var(--t0) } span.t1 { background: var(--t1) } span.t2 { background: var(--t2) }
span.t3 { background: var(--t3) } span.t4 { background: var(--t4) }
ul { margin: .2em 0; padding-left: 1.2em }
nav ul { padding: 0; list-style: none; display: flex; flex-wrap: wrap;
  gap: .2em 1.2em }
nav { margin: .6em 0 }
@media (max-width: 40em) { body { padding: .6em } td, th { padding: .1em .25em }
  .scroll::before { content: "wider than the window: scroll sideways";
    color: var(--soft); font-size: .8em; position: sticky; left: 0 }
  dl { gap: 0 .5em } .tiles { grid-template-columns: 1fr 1fr } }
@media print { body { max-width: none; font-size: 11px } nav { display: none }
  .scroll { overflow: visible } svg { min-width: 0 }
  tr, svg, .tiles div { break-inside: avoid } h2, h3 { break-after: avoid }
  .short details::details-content { content-visibility: visible;
    block-size: auto } }
@page { size: A4 landscape; margin: 12mm }
</style></head><body><xsl:if test="@action-count &lt;= 500"><xsl:attribute
    name="class">short</xsl:attribute></xsl:if>
<header><h1>Upgrade plan<xsl:if test="@campaign">: <xsl:value-of
    select="@campaign"/></xsl:if></h1>
<p class="lead"><xsl:value-of select="@summary"/></p></header>
<nav aria-label="Contents"><ul>
<li><a href="#short">In short</a></li>
<xsl:if test="stake"><li><a href="#stakes">Wave by wave</a></li></xsl:if>
<xsl:for-each select="picture"><li><a href="#{@id}"><xsl:value-of
    select="@name"/></a></li></xsl:for-each>
<xsl:if test="bundle"><li><a href="#software">New software</a></li></xsl:if>
<li><a href="#before">Before the first procedure</a></li>
<li><a href="#procedures">Procedures</a></li>
<li><a href="#after">After the last procedure</a></li></ul></nav>
<main>
<xsl:call-template name="short"/>
<xsl:if test="stake"><xsl:call-template name="stakes"/></xsl:if>
<xsl:apply-templates select="picture"/>
<xsl:if test="bundle"><section id="software"><h2>New software</h2>
<xsl:for-each select="bundle"><h3><xsl:value-of select="@name"/></h3><dl>
<xsl:for-each select="@*[name() != 'name']"><dt><xsl:value-of
    select="name()"/></dt><dd><xsl:value-of select="."/></dd></xsl:for-each>
</dl></xsl:for-each></section></xsl:if>
<section id="before"><h2>Before the first procedure</h2>
<xsl:apply-templates select="before"/></section>
<section id="procedures"><h2>Procedures, in the order of execution</h2>
<xsl:for-each select="procedure">
<xsl:variable name="w" select="/plan/wave[@level = current()/@level]"/>
<xsl:if test="$w and not(preceding-sibling::procedure[1]/@level = @level)">
<h3 id="w{$w/@number}">Wave <xsl:value-of select="$w/@number"/>, level <xsl:value-of
    select="$w/@level"/>: <xsl:call-template name="count"><xsl:with-param
    name="n" select="$w/@procedure-count"/><xsl:with-param name="of"
    select="'procedure'"/></xsl:call-template>, <xsl:call-template
    name="count"><xsl:with-param name="n" select="$w/@action-count"/><xsl:with-param
    name="of" select="'action'"/></xsl:call-template>, <xsl:call-template
    name="count"><xsl:with-param name="n" select="$w/@hosts-restarted"/><xsl:with-param
    name="of" select="'host'"/></xsl:call-template> restarted<xsl:if
    test="$w/@at-most">, at most <xsl:value-of
    select="$w/@at-most"/></xsl:if><xsl:if
    test="$w/@phase">, phase <xsl:value-of
    select="$w/@phase"/></xsl:if><xsl:if test="$w/@gate"> after <xsl:value-of
    select="$w/@gate"/></xsl:if></h3><xsl:for-each
    select="$w"><p>In this wave<xsl:call-template
    name="risk-sum"/></p></xsl:for-each><xsl:if test="$w/failure"><ul><xsl:for-each
    select="$w/failure"><li>a failure of <xsl:value-of
    select="@name"/> would take down <xsl:value-of
    select="@services-down"/></li></xsl:for-each></ul></xsl:if></xsl:if>
<xsl:apply-templates select="."/></xsl:for-each></section>
<section id="after"><h2>After the last procedure</h2>
<xsl:apply-templates select="after"/>
<h3>After commit; there is no rollback any more</h3>
<xsl:apply-templates select="commit"/></section>
</main><footer><section><dl><xsl:for-each select="@*[name() != 'summary' and name() != 'tail']">
<dt><xsl:value-of select="name()"/></dt>
<dd><xsl:value-of select="."/></dd></xsl:for-each></dl>
<p><xsl:value-of select="@summary"/></p></section></footer></body></html>
</xsl:template>

<xsl:template name="count">
<xsl:param name="n"/><xsl:param name="of"/>
<xsl:value-of select="$n"/><xsl:text> </xsl:text><xsl:value-of
    select="$of"/><xsl:if test="$n != 1">s</xsl:if>
</xsl:template>

<xsl:template name="short">
<section id="short"><h2>In short</h2>
<dl class="tiles">
<div><dt>waves</dt><dd><xsl:value-of select="@wave-count"/></dd></div>
<div><dt>procedures</dt><dd><xsl:value-of select="@procedure-count"/></dd></div>
<div><dt>actions</dt><dd><xsl:value-of select="@action-count"/></dd></div>
<div><dt>hosts restarted</dt><dd><xsl:value-of
    select="@hosts-restarted"/></dd></div>
<div><dt>VMs caught</dt><dd><xsl:value-of select="@vms-caught"/></dd></div>
<div><dt>services at risk</dt><dd><xsl:if
    test="@services-at-risk != '0'"><xsl:attribute
    name="class">warn</xsl:attribute></xsl:if><xsl:value-of
    select="@services-at-risk"/></dd></div>
<xsl:if test="@at-most"><div><dt>at most</dt><dd><xsl:value-of
    select="@at-most"/></dd></div></xsl:if>
</dl>
<ul>
<xsl:for-each select="version"><li>From <xsl:value-of
    select="@old"/> to <strong><xsl:value-of
    select="@new"/></strong> in <xsl:call-template name="count"><xsl:with-param
    name="n" select="@count"/><xsl:with-param name="of"
    select="'procedure'"/></xsl:call-template></li></xsl:for-each>
<li>Waves follow each other; procedures of one wave run side by side.</li>
<xsl:if test="@vms-caught != 0"><li>A VM that is caught is held on one host, so
that it is known where it goes down and comes up; at the end it may move as the
target model says.</li></xsl:if>
<li>Services at risk: <xsl:choose>
<xsl:when test="@services-at-risk = 'all'"><span class="warn">any service may
go down.</span></xsl:when>
<xsl:when test="@services-at-risk = '0'">none.</xsl:when>
<xsl:otherwise><span class="warn"><xsl:value-of
    select="@services-at-risk"/></span>, at some time down or one failure from
that<xsl:if test="@services-down">; <xsl:value-of
    select="@services-down"/> go down</xsl:if><xsl:if test="picture[@id =
    'services']">: <a href="#services">how services
fare</a></xsl:if>.</xsl:otherwise></xsl:choose></li>
<xsl:if test="@tail"><li>In lists of names &#8220;,..&#8221; at the end of a name stands for
&#8220;,<xsl:value-of select="@tail"/>&#8221;.</li></xsl:if>
<li>There is a way back until commit; what is done after it stands at the
end.</li>
</ul>
</section>
</xsl:template>

<xsl:template name="stakes">
<section id="stakes"><h2>Wave by wave: what is at stake</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls">
<table class="n"><thead><tr><th scope="col">Wave</th><th
    scope="col">procedures</th><th scope="col">actions</th><th
    scope="col">hosts restarted</th><th scope="col">VMs stopped or new</th>
<th scope="col">services with fewer units</th><th scope="col">one failure from
down</th><th scope="col">down</th>
<xsl:if test="stake/@most"><th scope="col">at
most</th></xsl:if></tr></thead><tbody>
<xsl:for-each select="stake"><tr><th scope="row"><xsl:value-of
    select="@title"/></th><td><xsl:value-of
    select="@procedures"/></td><td><xsl:value-of
    select="@actions"/></td><td><xsl:value-of
    select="@hosts"/></td><td><xsl:value-of
    select="@vms"/></td><td><xsl:value-of
    select="@reduced"/></td><td><xsl:value-of
    select="@risk"/></td><td><xsl:if test="@down != 0"><xsl:attribute
    name="class">warn</xsl:attribute></xsl:if><xsl:value-of
    select="@down"/></td><xsl:if test="../stake/@most"><td><xsl:choose><xsl:when
    test="@most"><xsl:value-of select="@most"/></xsl:when><xsl:otherwise>not
known</xsl:otherwise></xsl:choose></td></xsl:if></tr></xsl:for-each>
</tbody></table></div></section>
</xsl:template>

<xsl:template match="picture">
<section id="{@id}"><h2><xsl:value-of select="@name"/></h2>
<p><xsl:value-of select="@words"/></p>
<xsl:if test="@id = 'when' or @id = 'topology'"><p class="key">
<span class="t4">+ new</span><xsl:text> </xsl:text>
<span class="t2">~ changes</span><xsl:text> </xsl:text>
<span class="t3">&#8722; removed</span><xsl:text> </xsl:text>
<span class="t1">@ goes down and comes back unchanged</span></p></xsl:if>
<xsl:if test="@id = 'services'"><p class="key">
<span class="t4">u kept up</span><xsl:text> </xsl:text>
<span class="t0">f fewer units</span><xsl:text> </xsl:text>
<span class="t0">d degraded</span><xsl:text> </xsl:text>
<span class="t1">n no spare left: one failure from down</span><xsl:text> </xsl:text>
<span class="t3">m may go down, X down</span></p></xsl:if>
<div class="scroll" tabindex="0" role="group" aria-label="{@name}, scrolls">
<svg xmlns="http://www.w3.org/2000/svg" role="img"
    viewBox="0 0 {@width} {@height}" aria-labelledby="{@id}-t {@id}-d"
    font-family="sans-serif" font-size="12">
<title id="{@id}-t"><xsl:value-of select="@name"/></title>
<desc id="{@id}-d"><xsl:value-of select="@words"/></desc>
<xsl:apply-templates/>
</svg></div></section>
</xsl:template>

<xsl:template match="box">
<rect xmlns="http://www.w3.org/2000/svg" class="{@c}" fill="{@f}" x="{@x}"
    y="{@y}" width="{@w}" height="{@h}"><xsl:if test="@words"><title><xsl:value-of
    select="@words"/></title></xsl:if></rect>
</xsl:template>

<xsl:template match="word">
<text xmlns="http://www.w3.org/2000/svg" x="{@x}" y="{@y}"><xsl:value-of
    select="."/></text>
</xsl:template>

<xsl:template match="middle">
<text xmlns="http://www.w3.org/2000/svg" x="{@x}" y="{@y}"
    text-anchor="middle"><xsl:value-of select="."/></text>
</xsl:template>

<xsl:template match="before|after|commit">
<xsl:apply-templates select="callback"/>
<xsl:call-template name="actions"/>
<xsl:if test="not(*)"><p>Nothing.</p></xsl:if>
</xsl:template>

<xsl:template name="risk-sum">: <xsl:value-of
    select="@services-reduced"/> services with fewer units, <xsl:value-of
    select="@services-at-risk"/> at risk, <xsl:value-of
    select="@services-down"/> down</xsl:template>

<xsl:template match="risk"><li><xsl:value-of select="@state"/>, <xsl:value-of
    select="@units-left"/> of <xsl:value-of select="@units"/> units<xsl:if
    test="@group"> of <xsl:value-of select="@group"/></xsl:if>: <xsl:value-of
    select="@service-count"/><xsl:for-each select="member"><xsl:if
    test="position() > 1">, </xsl:if><xsl:value-of
    select="@name"/></xsl:for-each><xsl:for-each
    select="dependent"><xsl:if test="position() = 1">, and with it </xsl:if><xsl:if
    test="position() > 1">, </xsl:if><xsl:value-of
    select="@name"/></xsl:for-each><xsl:if
    test="failure">; hangs on <xsl:for-each
    select="failure"><xsl:if test="position() > 1">, </xsl:if><xsl:value-of
    select="@name"/></xsl:for-each></xsl:if><xsl:if
    test="@any-failure">; hangs on any unit left: yes</xsl:if></li></xsl:template>

<xsl:template match="procedure">
<details><summary>level <xsl:value-of select="@level"/>: <strong><xsl:value-of
    select="@name"/></strong>, <xsl:call-template name="count"><xsl:with-param
    name="n" select="@action-count"/><xsl:with-param name="of"
    select="'action'"/></xsl:call-template><xsl:if
    test="@at-most">, at most <xsl:value-of select="@at-most"/></xsl:if><xsl:if
    test="@why">: <xsl:value-of select="@why"/></xsl:if></summary>
<p><xsl:value-of select="@method"/>; <xsl:call-template
    name="count"><xsl:with-param name="n" select="@hosts-restarted"/><xsl:with-param
    name="of" select="'host'"/></xsl:call-template> restarted; services at
risk: <xsl:value-of select="@outage"/><xsl:if test="not(/plan/wave) and
    risk"><xsl:call-template name="risk-sum"/></xsl:if></p>
<ul><xsl:apply-templates select="risk"/><xsl:for-each select="service"><li>service <xsl:value-of
    select="@state"/>: <xsl:value-of select="@name"/></li></xsl:for-each>
<xsl:for-each select="node"><li>rolls over <xsl:value-of
    select="@name"/><xsl:if test="@type"> all of type <xsl:value-of
    select="@type"/></xsl:if><xsl:if test="@in"> in <xsl:value-of
    select="@in"/></xsl:if></li></xsl:for-each>
<xsl:for-each select="step"><li>step [<xsl:value-of
    select="@number"/>] <xsl:value-of
    select="@type"/><xsl:text> </xsl:text><xsl:value-of
    select="@deed"/><xsl:if test="@retries != 1">, at most <xsl:value-of
    select="@retries"/> retries</xsl:if><xsl:if test="@why and not(@why =
    following-sibling::step[1]/@why)">: <xsl:value-of
    select="@why"/></xsl:if>
<xsl:for-each select="entity"><xsl:variable name="before"
    select="preceding-sibling::entity[1]"/><xsl:choose>
<xsl:when test="$before/@role = @role and $before/@what = @what">;
</xsl:when><xsl:otherwise><br/><xsl:value-of
    select="@role"/>, <xsl:value-of
    select="@what"/>: </xsl:otherwise></xsl:choose><xsl:value-of
    select="@name"/></xsl:for-each>
<xsl:apply-templates select="callback"/></li></xsl:for-each></ul>
<xsl:call-template name="actions"/></details>
</xsl:template>

<xsl:template match="callback">
<p><xsl:value-of select="@when"/>: callback <xsl:value-of
    select="@label"/><xsl:if test="@string">: <xsl:value-of
    select="@string"/></xsl:if></p>
</xsl:template>

<xsl:template name="actions">
<xsl:apply-templates select="rows|moves"/>
</xsl:template>

<xsl:template match="rows">
<table><thead><tr><th scope="col">No.</th><th
    scope="col">Action</th><th scope="col">On what</th></tr></thead><tbody>
<xsl:apply-templates select="action"/></tbody></table>
</xsl:template>

<xsl:template match="moves">
<details><summary><xsl:value-of select="@first"/>&#8211;<xsl:value-of
    select="@last"/>: <xsl:call-template name="count"><xsl:with-param
    name="n" select="@count"/><xsl:with-param name="of"
    select="'migration'"/></xsl:call-template>, away from <xsl:call-template
    name="count"><xsl:with-param name="n" select="@from"/><xsl:with-param
    name="of" select="'monitor'"/></xsl:call-template>, to <xsl:value-of
    select="@to"/>; open to see each</summary>
<table><thead><tr><th scope="col">No.</th><th
    scope="col">Action</th><th scope="col">On what</th></tr></thead><tbody>
<xsl:apply-templates select="action"/></tbody></table></details>
</xsl:template>

<xsl:template match="action">
<xsl:if test="@phase and not(@phase = preceding-sibling::action[1]/@phase)">
<tr><th colspan="3"><xsl:value-of
    select="@phase"/></th></tr></xsl:if>
<tr id="a{@number}"><td><xsl:value-of select="@number"/><xsl:if
    test="@last">&#8211;<xsl:value-of select="@last"/></xsl:if></td><td><xsl:value-of
    select="@verb"/><xsl:if test="@step and ../../step[2]"> [<xsl:value-of
    select="@step"/>]</xsl:if><xsl:if test="@bundle"><xsl:text>
</xsl:text><xsl:value-of select="@bundle"/></xsl:if><xsl:if
    test="@note"> (<xsl:value-of select="@note"/>)</xsl:if></td>
<xsl:if test="@rows != 0"><td><xsl:if test="@rows != 1"><xsl:attribute
    name="rowspan"><xsl:value-of select="@rows"/></xsl:attribute></xsl:if>
<xsl:if test="@each = 'yes'">each of </xsl:if>
<xsl:for-each select="on"><xsl:if test="position() &gt;
    1"><br/></xsl:if><xsl:value-of select="."/></xsl:for-each>
<xsl:if test="@type"> all of type <xsl:value-of select="@type"/></xsl:if>
<xsl:if test="@below"> below <xsl:value-of select="@below"/></xsl:if>
<xsl:if test="@on"> on <xsl:value-of select="@on"/></xsl:if>
<xsl:if test="@from"> from <xsl:value-of select="@from"/></xsl:if>
<xsl:if test="@count">, <xsl:value-of select="@count"/> of them</xsl:if>
<xsl:for-each select="@operation|@parameters|@command|@arguments|@label|@string">
<xsl:text> </xsl:text><xsl:value-of select="."/></xsl:for-each>
<xsl:if test="@undo"><br/>undo: <xsl:value-of select="@undo"/>
<xsl:for-each select="@undo-arguments|@undo-parameters">
<xsl:text> </xsl:text><xsl:value-of select="."/></xsl:for-each></xsl:if>
<xsl:if test="@verb = 'modify-im' and not(change)">nothing but the maintenance
status</xsl:if>
<xsl:if test="@why"><br/><small>why: <xsl:value-of
    select="@why"/></small></xsl:if>
<xsl:choose><xsl:when test="change[13]"><details><summary><xsl:value-of
    select="count(change)"/> changes</summary><ul><xsl:apply-templates
    select="change"/></ul></details></xsl:when><xsl:when
    test="change"><ul><xsl:apply-templates
    select="change"/></ul></xsl:when></xsl:choose></td></xsl:if></tr>
</xsl:template>

<xsl:template match="change">
<li><xsl:value-of select="@kind"/><xsl:if test="@object">
<xsl:text> </xsl:text><xsl:value-of select="@object"/></xsl:if><xsl:if test="@class"> (<xsl:value-of
    select="@class"/>)</xsl:if><xsl:if test="@type"> all of type <xsl:value-of
    select="@type"/></xsl:if><xsl:if test="@below"> below <xsl:value-of
    select="@below"/></xsl:if><xsl:if test="@rdn">, its <xsl:value-of
    select="@rdn"/></xsl:if>
<xsl:choose><xsl:when test="attribute[2]"><ul><xsl:for-each
    select="attribute"><li><xsl:apply-templates
    select="."/></li></xsl:for-each></ul></xsl:when>
<xsl:when test="attribute"><br/><xsl:apply-templates
    select="attribute"/></xsl:when></xsl:choose>
<xsl:if test="@why and not(@why = following-sibling::change[1]/@why)"><br/>
<small>why: <xsl:value-of select="@why"/></small></xsl:if>
</li>
</xsl:template>

<xsl:template match="attribute">
<xsl:value-of select="@name"/><xsl:text> </xsl:text>
<xsl:value-of select="@operator"/><xsl:text> </xsl:text>
<xsl:if test="@old and not(@old = ../@type)"><del><xsl:value-of
    select="@old"/></del> &#8594; </xsl:if>
<xsl:for-each select="value"><xsl:if test="position() &gt; 1"> | </xsl:if>
<xsl:value-of select="@text"/></xsl:for-each>
<xsl:if test="@time"> (<xsl:value-of select="@time"/>)</xsl:if>
</xsl:template>
</xsl:stylesheet>
