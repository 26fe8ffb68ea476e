/**
 * What every letter has: one column, the sender, what ends and when before anything else, sections, the page for
 * choices, and who writes. It must hold on a phone of 320 px, in the dark, in both directions of writing, and where a
 * mail program throws the style sheet away; so what matters stands in the elements, and the sheet only adds the dark.
 *
 * `[[name]]` is a place that is filled when a plan is applied (`slots.ts`): a text of the catalogue, a text of the
 * plan, or the letter's own language and direction.
 */
import { Body, Container, Head, Heading, Hr, Html, Link, Section, Text } from 'react-email';
import type { CSSProperties, ReactNode } from 'react';

/** A place to be filled. */
export const slot = (name: string) => `[[${name}]]`;

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif';
/** On white and on #f4f4f2 each has at least 4.5:1; so have those of the sheet below on #1c1c1e and #26262a. */
const INK = '#1a1a1a';
const QUIET = '#545454';
const LINK = '#0a50b8';
const PAPER = '#ffffff';
const GROUND = '#f4f4f2';

const DARK = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground, .ground > table > tbody > tr > td { background-color: #121214 !important; }
  .paper { background-color: #1c1c1e !important; }
  .box { background-color: #26262a !important; }
  .ink { color: #ececec !important; }
  .quiet { color: #b4b4b4 !important; }
  .link { color: #8ab4f8 !important; }
  .line { border-color: #48484c !important; }
}`;

const text: CSSProperties = {
  margin: '0 0 12px',
  fontSize: '16px',
  lineHeight: '1.5',
  color: INK,
  overflowWrap: 'anywhere',
};
const small: CSSProperties = { ...text, fontSize: '14px', color: QUIET };
const box: CSSProperties = { backgroundColor: GROUND, padding: '14px 16px 2px', margin: '0 0 16px' };
export function Letter({ notice, children }: { readonly notice: string; readonly children: ReactNode }) {
  return (
    <Html lang={slot('language')} dir={slot('direction') as 'ltr'}>
      <Head>
        <title>{slot(`${notice}.subject`)}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <style>{DARK}</style>
      </Head>
      <Body
        className="ground"
        lang={slot('language')}
        dir={slot('direction')}
        style={{ margin: '0', backgroundColor: GROUND, fontFamily: FONT }}
      >
        {/* What a list of mail shows behind the subject; the letter itself does not. */}
        <div data-skip-in-text="true" style={{ display: 'none', maxHeight: 0, overflow: 'hidden' }}>
          {slot(`${notice}.preheader`)}
        </div>
        <Container
          className="paper"
          role="presentation"
          style={{ maxWidth: '600px', width: '100%', margin: '0 auto', padding: '24px 20px', backgroundColor: PAPER }}
        >
          <Text className="quiet" style={{ ...small, margin: '0 0 16px' }}>
            {slot('senderName')}
          </Text>
          <Heading as="h1" className="ink" style={{ ...text, fontSize: '24px', lineHeight: '1.25', fontWeight: 700 }}>
            {slot(`${notice}.subject`)}
          </Heading>
          {children}
          <Hr className="line" style={{ borderColor: '#d8d8d4', margin: '24px 0 16px' }} />
          <Text className="quiet" style={small}>
            {slot('footer.why')}
          </Text>
          <Text className="quiet" style={small}>
            {slot('footer.help')}
          </Text>
          <Text className="quiet" style={{ ...small, margin: '0' }}>
            {slot('senderName')}, {slot('postalAddress')}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}

/** What ends, and on which day: always first, in a box of its own. Each fact is a label and what it is. */
export function Facts({ facts }: { readonly facts: readonly (readonly [label: string, value: string])[] }) {
  return (
    <Section className="box" style={box}>
      {facts.map(([label, value]) => (
        <Text key={label} className="ink" style={text}>
          <span className="quiet" style={{ color: QUIET, fontSize: '14px' }}>
            {slot(label)}
          </span>
          <br />
          <strong>{slot(value)}</strong>
        </Text>
      ))}
    </Section>
  );
}

export function Paragraph({ of }: { readonly of: string }) {
  return (
    <Text className="ink" style={text}>
      {slot(of)}
    </Text>
  );
}

/** `small`: in the shorter letters, whose reader has seen all of it before. `apart`: in a box, first of what is there. */
type Weight = 'small' | 'apart' | undefined;

const HEADING: Readonly<Record<'plain' | 'small' | 'apart', CSSProperties>> = {
  plain: { margin: '24px 0 6px', fontSize: '18px' },
  small: { margin: '16px 0 2px', fontSize: '16px' },
  apart: { margin: '0 0 6px', fontSize: '18px' },
};

export function Part(props: { readonly heading: string; readonly weight?: Weight; readonly children: ReactNode }) {
  const { heading, weight = 'plain', children } = props;
  return (
    <>
      <Heading as="h2" className="ink" style={{ ...text, lineHeight: '1.35', fontWeight: 600, ...HEADING[weight] }}>
        {slot(heading)}
      </Heading>
      {children}
    </>
  );
}

/** What to do, set apart where it is what the letter is for. */
export function Todo({ weight }: { readonly weight?: Weight }) {
  const content = (
    <Part heading="heading.todo" weight={weight}>
      <Paragraph of="exportInstructions" />
      <Paragraph of="never" />
    </Part>
  );
  return weight === 'apart' ? (
    <Section className="box" style={{ ...box, margin: '20px 0' }}>
      {content}
    </Section>
  ) : (
    content
  );
}

/** Where there is none, nothing of it is left: `[[#…]]` repeats what it encloses, once for each. */
export function Alternatives({ weight }: { readonly weight?: Weight }) {
  return (
    <>
      {slot('#hasAlternatives')}
      <Part heading="heading.instead" weight={weight}>
        {slot('#alternatives')}
        <Text className="ink" style={text}>
          <strong>{slot('alternative.name')}</strong>: {slot('alternative.description')}
        </Text>
        {slot('/alternatives')}
      </Part>
      {slot('/hasAlternatives')}
    </>
  );
}

export function Genuine({ weight }: { readonly weight?: Weight }) {
  return (
    <Part heading="heading.genuine" weight={weight}>
      <Paragraph of="authenticity" />
      <Paragraph of="genuine" />
    </Part>
  );
}

/** The only link of our own. Opening it changes nothing. */
export function Choices() {
  return (
    <>
      <Hr className="line" style={{ borderColor: '#d8d8d4', margin: '24px 0 16px' }} />
      <Paragraph of="choices" />
      <Text className="ink" style={text}>
        <Link className="link" href={slot('link')} style={{ color: LINK, textDecoration: 'underline' }}>
          {slot('choices.link')}
        </Link>
      </Text>
    </>
  );
}
