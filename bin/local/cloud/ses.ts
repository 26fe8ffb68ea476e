/**
 * Amazon SES, version 1 of its API (query protocol, XML answers), as far as mail from templates needs it. It keeps
 * templates, the suppression list and what is yet to happen to accepted mail, but no mail: that is handed on.
 *
 * What comes of a mail is decided by its address, as the real mailbox simulator does it: bounce@, complaint@,
 * suppressionlist@ and ooto@simulator.amazonses.com, each with `+label`; every other address is delivered to. A
 * hard bounce or a complaint puts the whole address on the account's suppression list. One address is ours alone:
 * success+full@ (and success+full-…@) gives the first mail back softly and takes the next.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { type Agenda, type Instant, iso, timetable } from './clock.ts';
import { checkTemplate, renderer, type TemplateParts } from './rendering.ts';
import { ACCOUNT, type Assembly, REGION, only } from './template.ts';
import { type Wire, bodyOf, callerOf, closeServer } from './wire.ts';

export interface AcceptedMail {
  readonly at: Instant;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly template: string;
  readonly subject: string;
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
}

export type SesEventType =
  'Send' | 'Delivery' | 'Bounce' | 'Complaint' | 'Reject' | 'Rendering Failure' | 'DeliveryDelay';

/** The `detail` of an event of SES on EventBridge, and what it is called there. */
export interface SesEvent {
  readonly at: Instant;
  readonly detailType: string;
  readonly detail: {
    readonly eventType: SesEventType;
    readonly mail: {
      readonly timestamp: string;
      readonly source: string;
      readonly sendingAccountId: string;
      readonly messageId: string;
      readonly destination: readonly string[];
      readonly headersTruncated: false;
      readonly headers: readonly { name: string; value: string }[];
      readonly commonHeaders: {
        readonly from: readonly string[];
        readonly to: readonly string[];
        readonly messageId: string;
      };
      readonly tags: Readonly<Record<string, readonly string[]>>;
    };
    readonly bounce?: {
      readonly bounceType: 'Permanent' | 'Transient';
      readonly bounceSubType: string;
      readonly bouncedRecipients: readonly Record<string, string>[];
      readonly timestamp: string;
      readonly feedbackId: string;
      readonly reportingMTA?: string;
    };
    readonly complaint?: Record<string, unknown>;
    readonly delivery?: Record<string, unknown>;
    readonly send?: Record<string, never>;
    readonly failure?: { readonly errorMessage: string; readonly templateName: string };
  };
}

export interface Ses {
  readonly endpoint: string;
  readonly agenda: Agenda;
  close(): Promise<void>;
}

export interface SesOptions {
  readonly wire: Wire;
  readonly assembly: Pick<Assembly, 'ofType'>;
  now(): Instant;
  /** Recipients a second. */
  readonly rate?: number;
  /** Recipients in 24 hours. */
  readonly quota?: number;
  onMail(mail: AcceptedMail): void;
  /** What happens to a mail, at the instant at which it happens, where its configuration set passes it on. */
  onEvent(event: SesEvent): void;
}

const MAX_DESTINATIONS = 50;
const DAY = 24 * 60 * 60 * 1000;
const HOUR = 60 * 60 * 1000;
const DETAIL_TYPES: Record<SesEventType, string> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  Reject: 'Email Rejected',
  'Rendering Failure': 'Email Rendering Failed',
  DeliveryDelay: 'Email Delivery Delayed',
};
/** How a configuration set's event destination calls the type. */
const MATCHING_TYPES: Record<SesEventType, string> = {
  Send: 'SEND',
  Delivery: 'DELIVERY',
  Bounce: 'BOUNCE',
  Complaint: 'COMPLAINT',
  Reject: 'REJECT',
  'Rendering Failure': 'RENDERING_FAILURE',
  DeliveryDelay: 'DELIVERY_DELAY',
};

/** An error as SES answers it. */
class SesError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Template extends TemplateParts {
  render: ReturnType<typeof renderer> | undefined;
  readonly createdAt: Instant;
}
interface ConfigurationSet {
  readonly enabled: boolean;
  readonly suppresses: ReadonlySet<string>;
  readonly passesOn: Set<string>;
}
/** What is kept of an accepted mail until the last thing has happened to it. */
interface Accepted {
  readonly at: Instant;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
}
type Happening = { mail: Accepted; type: SesEventType; what: Partial<SesEvent['detail']> };

type Tree = string | { [key: string]: Tree };
const leaf = (tree: Tree | undefined): string | undefined => (typeof tree === 'string' ? tree : undefined);
const at = (tree: Tree | undefined, ...path: string[]): Tree | undefined =>
  path.reduce<Tree | undefined>((node, key) => (typeof node === 'object' ? node[key] : undefined), tree);
const members = (tree: Tree | undefined): Tree[] => {
  const list = at(tree, 'member');
  return typeof list === 'object' ? Object.values(list) : [];
};
const texts = (tree: Tree | undefined): string[] => members(tree).map((member) => leaf(member) ?? '');

/** `A.member.1.B=x` as `{ A: { member: { 1: { B: 'x' } } } }`. */
function parseQuery(body: string): Tree {
  const root: { [key: string]: Tree } = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let node = root;
    for (const part of path) {
      const next = node[part];
      node = typeof next === 'object' ? next : ((node[part] = {}) as { [key: string]: Tree });
    }
    node[last] = value;
  }
  return root;
}

const escape = (text: string) =>
  text.replace(/[<>&"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[sign] ?? sign);
const element = (name: string, content: string) => `<${name}>${content}</${name}>`;
const textElement = (name: string, text: string | undefined) => (text === undefined ? '' : element(name, escape(text)));

function parseJson(text: string, what: string): Record<string, unknown> {
  try {
    return JSON.parse(text || '{}') as Record<string, unknown>;
  } catch {
    throw new SesError('InvalidParameterValue', `${what} is not valid JSON`);
  }
}

function readTags(tree: Tree | undefined): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const member of members(tree)) {
    const name = leaf(at(member, 'Name')) ?? '';
    const value = leaf(at(member, 'Value')) ?? '';
    for (const part of [name, value])
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(part))
        throw new SesError(
          'InvalidParameterValue',
          `Invalid tag <${part}>: only A-Z a-z 0-9 _ - and at most 256 of them`,
        );
    tags[name] = value;
  }
  return tags;
}

/** Starts SES on the wire. Throws for a configuration set that asks for more than is known here. */
export async function startSes({
  wire,
  assembly,
  now,
  rate = 100,
  quota = 200_000,
  onMail,
  onEvent,
}: SesOptions): Promise<Ses> {
  const templates = new Map<string, Template>();
  const suppressed = new Map<string, 'BOUNCE' | 'COMPLAINT'>();
  const configurationSets = readConfigurationSets(assembly);
  const happenings = timetable<Happening>((due) => due.forEach(happen), now);
  /** Recipients accepted, oldest first. */
  const sent: { at: Instant; count: number }[] = [];
  /** Mailboxes that have been full once. */
  const full = new Set<string>();
  let templateFrom = -Infinity;
  let accepted = 0;
  let events = 0;

  const sentWithin = (window: number) => {
    let count = 0;
    for (let i = sent.length - 1; i >= 0; i--) {
      const entry = sent[i];
      if (!entry || entry.at <= now() - window) break;
      count += entry.count;
    }
    return count;
  };

  function happen({ mail, type, what }: Happening): void {
    const [address = ''] = mail.to;
    if (type === 'Complaint') suppressed.set(address.toLowerCase(), 'COMPLAINT');
    if (what.bounce?.bounceType === 'Permanent' && !suppressed.has(address.toLowerCase()))
      suppressed.set(address.toLowerCase(), 'BOUNCE');
    if (mail.configurationSet === undefined) return;
    if (!configurationSets.get(mail.configurationSet)?.passesOn.has(MATCHING_TYPES[type])) return;
    const tags = Object.entries(mail.tags).map(([name, value]) => [name, [value]] as const);
    onEvent({
      at: now(),
      detailType: DETAIL_TYPES[type],
      detail: {
        eventType: type,
        mail: {
          timestamp: iso(mail.at),
          source: mail.from,
          sendingAccountId: ACCOUNT,
          messageId: mail.messageId,
          destination: mail.to,
          headersTruncated: false,
          headers: [],
          commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.messageId },
          tags: {
            'ses:operation': ['SendBulkTemplatedEmail'],
            'ses:configuration-set': [mail.configurationSet],
            'ses:source-ip': ['127.0.0.1'],
            'ses:from-domain': [mail.from.replace(/^.*@|>$/g, '')],
            'ses:caller-identity': ['local'],
            ...Object.fromEntries(tags),
          },
        },
        ...what,
      },
    });
  }

  /** What will come of a mail, and when: fixed by its id and its address. */
  function schedule(mail: Accepted, failure: string | undefined, template: string): void {
    const hash = createHash('sha1').update(mail.messageId).digest();
    const after = (seconds: number) => Math.ceil((mail.at + seconds * 1000) / 1000) * 1000;
    const soon = after(1 + ((hash[0] ?? 0) % 5));
    const add = (due: Instant, type: SesEventType, what: Happening['what']) =>
      happenings.add(due, { mail, type, what });
    if (failure !== undefined) {
      add(soon, 'Rendering Failure', { failure: { errorMessage: failure, templateName: template } });
      return;
    }
    add(after(1), 'Send', { send: {} });
    const [address = ''] = mail.to;
    const [, box, label = '', domain] = /^([^@+]*)(?:\+([^@]*))?@(.*)$/.exec(address.toLowerCase()) ?? [];
    const simulated = domain === 'simulator.amazonses.com' ? box : 'success';
    const feedbackId = () => `${mail.messageId.slice(0, 16)}-${++events}`;
    const bounce = (
      due: Instant,
      bounceType: 'Permanent' | 'Transient',
      bounceSubType: string,
      diagnosticCode: string,
    ) =>
      add(due, 'Bounce', {
        bounce: {
          bounceType,
          bounceSubType,
          bouncedRecipients: mail.to.map((emailAddress) => ({
            emailAddress,
            action: 'failed',
            status: '5.1.1',
            diagnosticCode,
          })),
          timestamp: iso(due),
          feedbackId: feedbackId(),
          reportingMTA: 'dns; amazonses.com',
        },
      });
    const set = mail.configurationSet === undefined ? undefined : configurationSets.get(mail.configurationSet);
    const reason = suppressed.get(address.toLowerCase());
    if (reason && (set?.suppresses.has(reason) ?? true))
      return bounce(
        soon,
        'Permanent',
        'OnAccountSuppressionList',
        'Amazon SES did not send the message to this address',
      );
    if (simulated === 'suppressionlist')
      return bounce(soon, 'Permanent', 'Suppressed', 'Amazon SES has suppressed sending to this address');
    if (simulated === 'bounce') return bounce(soon, 'Permanent', 'General', 'smtp; 550 5.1.1 user unknown');
    // Not of Amazon's simulator: a mailbox that is full for one mail.
    if (simulated === 'success' && label.startsWith('full') && !full.has(address.toLowerCase())) {
      full.add(address.toLowerCase());
      return bounce(soon, 'Transient', 'MailboxFull', 'smtp; 452 4.2.2 mailbox full');
    }
    add(soon, 'Delivery', {
      delivery: {
        timestamp: iso(soon),
        processingTimeMillis: soon - mail.at,
        recipients: mail.to,
        smtpResponse: '250 2.6.0 Message received',
        reportingMTA: 'a8-50.smtp-out.amazonses.com',
      },
    });
    // An automatic answer arrives as a transient bounce of a mail that was delivered.
    if (simulated === 'ooto') bounce(soon + 1000, 'Transient', 'General', 'smtp; auto-reply');
    if (simulated === 'complaint') {
      const due = soon + (2 + ((hash[1] ?? 0) % 10)) * HOUR;
      add(due, 'Complaint', {
        complaint: {
          complainedRecipients: mail.to.map((emailAddress) => ({ emailAddress })),
          timestamp: iso(due),
          feedbackId: feedbackId(),
          complaintFeedbackType: 'abuse',
          arrivalDate: iso(due),
        },
      });
    }
  }

  function templateOf(name: string): Template {
    const template = templates.get(name);
    if (!template) throw new SesError('TemplateDoesNotExist', `Template ${name} does not exist`);
    return template;
  }

  interface Letter {
    readonly from: string;
    readonly to: readonly string[];
    readonly replyTo: readonly string[];
    readonly template: string;
    readonly data: () => Record<string, unknown>;
    readonly tags: Record<string, string>;
    readonly configurationSet: string | undefined;
  }

  /** Accepts one mail or throws what SES says instead. */
  function accept({ from, to, replyTo, template, data, tags, configurationSet }: Letter): string {
    const stored = templateOf(template);
    if (to.length === 0 || to.some((address) => !/^[^@\s]+@[^@\s]+$/.test(address)))
      throw new SesError('InvalidParameterValue', 'Missing final @domain');
    const filled = data();
    if (sentWithin(DAY) + to.length > quota)
      throw new SesError('AccountDailyQuotaExceeded', 'Daily message quota exceeded.');
    if (sentWithin(1000) + to.length > rate) throw new SesError('AccountThrottled', 'Maximum sending rate exceeded.');
    const last = sent.at(-1);
    if (last?.at === now()) last.count += to.length;
    else sent.push({ at: now(), count: to.length });
    while (sent[0] && sent[0].at <= now() - DAY) sent.shift();

    const digest = createHash('sha1').update(`${++accepted} ${now()}`).digest('hex');
    const messageId = `0100${digest.slice(0, 12)}-${digest.slice(12, 20)}-${digest.slice(20, 24)}-${digest.slice(24, 36)}-000000`;
    const mail: Accepted = { at: now(), messageId, from, to, tags, configurationSet };
    let failure: string | undefined;
    try {
      const rendered = (stored.render ??= renderer(stored))(filled);
      onMail({ ...mail, replyTo, template, ...rendered });
    } catch (error) {
      failure = (error as Error).message;
    }
    schedule(mail, failure, template);
    return messageId;
  }

  function checkConfigurationSet(name: string | undefined): void {
    if (name === undefined) return;
    const set = configurationSets.get(name);
    if (!set) throw new SesError('ConfigurationSetDoesNotExist', `Configuration set <${name}> does not exist.`);
    if (!set.enabled)
      throw new SesError(
        'ConfigurationSetSendingPausedException',
        `Email sending is disabled for configuration set <${name}>.`,
      );
  }

  function readTemplate(input: Tree): { name: string; template: Template } {
    const name = leaf(at(input, 'Template', 'TemplateName'));
    const subject = leaf(at(input, 'Template', 'SubjectPart'));
    if (!name) throw new SesError('ValidationError', 'TemplateName is missing');
    if (subject === undefined) throw new SesError('InvalidTemplate', `Template ${name} has no SubjectPart`);
    const html = leaf(at(input, 'Template', 'HtmlPart'));
    const text = leaf(at(input, 'Template', 'TextPart'));
    try {
      checkTemplate({ subject, html, text });
    } catch (error) {
      throw new SesError('InvalidTemplate', (error as Error).message);
    }
    return { name, template: { subject, html, text, render: undefined, createdAt: now() } };
  }

  /** One entry of a map for each identity that was asked for: every sender counts as verified. */
  const ofIdentities = (input: Tree, name: string, content: string) =>
    element(
      name,
      texts(at(input, 'Identities'))
        .map((identity) => element('entry', textElement('key', identity) + element('value', content)))
        .join(''),
    );

  const actions: Record<string, (input: Tree) => string> = {
    GetIdentityVerificationAttributes: (input) =>
      ofIdentities(input, 'VerificationAttributes', textElement('VerificationStatus', 'Success')),
    GetIdentityDkimAttributes: (input) =>
      ofIdentities(
        input,
        'DkimAttributes',
        textElement('DkimEnabled', 'true') + textElement('DkimVerificationStatus', 'Success'),
      ),
    DescribeConfigurationSet(input) {
      const name = leaf(at(input, 'ConfigurationSetName')) ?? '';
      const set = configurationSets.get(name);
      if (!set) throw new SesError('ConfigurationSetDoesNotExist', `Configuration set <${name}> does not exist.`);
      const types = [...set.passesOn].map((type) => textElement('member', type.toLowerCase()));
      const destination =
        textElement('Name', 'events') + textElement('Enabled', 'true') + element('MatchingEventTypes', types.join(''));
      return (
        element('ConfigurationSet', textElement('Name', name)) +
        element('EventDestinations', types.length === 0 ? '' : element('member', destination))
      );
    },
    CreateTemplate(input) {
      const { name, template } = readTemplate(input);
      // "You can execute this operation no more than once per second."
      if (now() < templateFrom) throw new SesError('Throttling', 'Rate exceeded');
      templateFrom = now() + 1000;
      if (templates.has(name)) throw new SesError('AlreadyExists', `Template ${name} already exists`);
      templates.set(name, template);
      return '';
    },
    UpdateTemplate(input) {
      const { name, template } = readTemplate(input);
      templateOf(name);
      templates.set(name, template);
      return '';
    },
    GetTemplate(input) {
      const name = leaf(at(input, 'TemplateName')) ?? '';
      const { subject, html, text } = templateOf(name);
      return element(
        'Template',
        textElement('TemplateName', name) +
          textElement('SubjectPart', subject) +
          textElement('TextPart', text) +
          textElement('HtmlPart', html),
      );
    },
    ListTemplates(input) {
      const names = [...templates.keys()].sort();
      const from = Number(leaf(at(input, 'NextToken')) ?? 0);
      const end = from + Math.min(100, Number(leaf(at(input, 'MaxItems')) ?? 100));
      const listed = names.slice(from, end).map((name) => {
        const created = textElement('CreatedTimestamp', iso(templates.get(name)?.createdAt ?? 0));
        return element('member', textElement('Name', name) + created);
      });
      return (
        element('TemplatesMetadata', listed.join('')) +
        textElement('NextToken', end < names.length ? String(end) : undefined)
      );
    },
    DeleteTemplate(input) {
      templates.delete(leaf(at(input, 'TemplateName')) ?? '');
      return '';
    },
    GetSendQuota: () =>
      textElement('Max24HourSend', String(quota)) +
      textElement('MaxSendRate', String(rate)) +
      textElement('SentLast24Hours', String(sentWithin(DAY))),
    SendTemplatedEmail(input) {
      const configurationSet = leaf(at(input, 'ConfigurationSetName'));
      checkConfigurationSet(configurationSet);
      try {
        return textElement(
          'MessageId',
          accept({
            from: leaf(at(input, 'Source')) ?? '',
            to: recipients(at(input, 'Destination')),
            replyTo: texts(at(input, 'ReplyToAddresses')),
            template: leaf(at(input, 'Template')) ?? '',
            data: () => parseJson(leaf(at(input, 'TemplateData')) ?? '', 'TemplateData'),
            tags: readTags(at(input, 'Tags')),
            configurationSet,
          }),
        );
      } catch (error) {
        // For a single mail SES tells both limits by the same code.
        if (error instanceof SesError && error.code.startsWith('Account'))
          throw new SesError('Throttling', error.message);
        throw error;
      }
    },
    SendBulkTemplatedEmail(input) {
      const configurationSet = leaf(at(input, 'ConfigurationSetName'));
      checkConfigurationSet(configurationSet);
      const destinations = members(at(input, 'Destinations'));
      if (destinations.length === 0 || destinations.length > MAX_DESTINATIONS)
        throw new SesError(
          'InvalidParameterValue',
          `Destinations must have 1 to ${MAX_DESTINATIONS} members, not ${destinations.length}.`,
        );
      const defaults = readTags(at(input, 'DefaultTags'));
      const defaultData = parseJson(leaf(at(input, 'DefaultTemplateData')) ?? '', 'DefaultTemplateData');
      const statuses = destinations.map((destination) => {
        try {
          const messageId = accept({
            from: leaf(at(input, 'Source')) ?? '',
            to: recipients(at(destination, 'Destination')),
            replyTo: texts(at(input, 'ReplyToAddresses')),
            template: leaf(at(input, 'Template')) ?? '',
            data: () => ({
              ...defaultData,
              ...parseJson(leaf(at(destination, 'ReplacementTemplateData')) ?? '', 'ReplacementTemplateData'),
            }),
            tags: { ...defaults, ...readTags(at(destination, 'ReplacementTags')) },
            configurationSet,
          });
          return textElement('Status', 'Success') + textElement('MessageId', messageId);
        } catch (error) {
          if (!(error instanceof SesError)) throw error;
          return textElement('Status', error.code) + textElement('Error', error.message);
        }
      });
      return element('Status', statuses.map((status) => element('member', status)).join(''));
    },
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const input = parseQuery(body);
      const action = leaf(at(input, 'Action')) ?? '(none)';
      wire.count(callerOf(request), `SES.${action}`);
      let answer: string;
      try {
        const refusal = wire.refusal(callerOf(request), `SES.${action}`);
        if (refusal !== undefined) throw new SesError('AccessDenied', refusal);
        const run = actions[action];
        if (!run) throw new SesError('InvalidAction', `SES on this machine does not know ${action}`);
        answer = element(
          `${action}Response`,
          element(`${action}Result`, run(input)) + element('ResponseMetadata', textElement('RequestId', 'local')),
        );
      } catch (error) {
        if (!(error instanceof SesError)) response.statusCode = 500;
        else response.statusCode = 400;
        const code = error instanceof SesError ? error.code : 'InternalFailure';
        answer = element(
          'ErrorResponse',
          element(
            'Error',
            textElement('Type', 'Sender') +
              textElement('Code', code) +
              textElement('Message', (error as Error).message),
          ) + textElement('RequestId', 'local'),
        );
      }
      response.setHeader('content-type', 'text/xml');
      response.end(answer);
    });
  });
  const endpoint = await wire.listen(server);
  return { endpoint, agenda: happenings, close: () => closeServer(server) };
}

const recipients = (destination: Tree | undefined): string[] =>
  ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((field) => texts(at(destination, field)));

/** The configuration sets of the template with the event types that reach EventBridge. */
function readConfigurationSets(assembly: Pick<Assembly, 'ofType'>): Map<string, ConfigurationSet> {
  const sets = new Map<string, ConfigurationSet>();
  for (const resource of assembly.ofType('AWS::SES::ConfigurationSet')) {
    const { SendingEnabled } = only(resource, 'SendingOptions', resource.properties['SendingOptions'] ?? {}, [
      'SendingEnabled',
    ]);
    const { SuppressedReasons } = only(
      resource,
      'SuppressionOptions',
      resource.properties['SuppressionOptions'] ?? {},
      ['SuppressedReasons'],
    );
    sets.set(resource.name, {
      enabled: SendingEnabled !== false,
      suppresses: new Set((SuppressedReasons ?? ['BOUNCE', 'COMPLAINT']) as string[]),
      passesOn: new Set(),
    });
  }
  for (const resource of assembly.ofType('AWS::SES::ConfigurationSetEventDestination')) {
    const { EventBridgeDestination, Enabled, MatchingEventTypes } = only(
      resource,
      'EventDestination',
      resource.properties['EventDestination'],
      ['Name', 'Enabled', 'EventBridgeDestination', 'MatchingEventTypes'],
    );
    const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
    const { EventBusArn } = only(resource, 'EventDestination.EventBridgeDestination', EventBridgeDestination, [
      'EventBusArn',
    ]);
    const set = sets.get(String(resource.properties['ConfigurationSetName']));
    if (!set)
      throw new Error(`${resource.id}: no configuration set ${String(resource.properties['ConfigurationSetName'])}`);
    if (EventBusArn !== bus)
      throw new Error(`${resource.id}: SES sends events to ${bus} only, not to ${String(EventBusArn)}`);
    if (Enabled !== false)
      for (const type of MatchingEventTypes as string[])
        set.passesOn.add(type.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
  }
  return sets;
}
