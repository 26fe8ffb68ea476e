/**
 * The six letters. Each says, in this order: what ends and when, what that means, what happens to what was not saved,
 * how many chats it is about, what to do, where to go instead, why, and how to check that it is genuine.
 */
import type { Role } from '../roles.ts';
import { Alternatives, Choices, Facts, Genuine, Letter, Paragraph, Part, Todo } from './letter.tsx';

const ENDS = ['label.ends', 'feature'] as const;

function First() {
  return (
    <Letter notice="first">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="first.lead" />
      <Middle />
      <Todo />
      <Rest />
      <Choices />
    </Letter>
  );
}

function Reminder() {
  return (
    <Letter notice="reminder">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="reminder.lead" />
      <Middle weight="small" />
      <Todo weight="small" />
      <Rest weight="small" />
      <Choices />
    </Letter>
  );
}

function Soon() {
  return (
    <Letter notice="soon">
      <Facts facts={[ENDS, ['label.lastDay', 'day']]} />
      <Paragraph of="soon.lead" />
      <Middle weight="small" />
      <Todo weight="apart" />
      <Rest weight="small" />
      <Choices />
    </Letter>
  );
}

function Tomorrow() {
  return (
    <Letter notice="tomorrow">
      <Facts facts={[ENDS, ['label.lastDay', 'day.tomorrow']]} />
      <Paragraph of="tomorrow.lead" />
      <Middle weight="small" />
      <Todo weight="apart" />
      <Rest weight="small" />
      <Choices />
    </Letter>
  );
}

function Moved() {
  return (
    <Letter notice="moved">
      <Facts facts={[ENDS, ['label.newLastDay', 'day']]} />
      <Paragraph of="moved.lead" />
      <Middle weight="small" />
      <Todo weight="small" />
      <Rest weight="small" />
      <Choices />
    </Letter>
  );
}

function Done() {
  return (
    <Letter notice="done">
      <Facts
        facts={[
          ['label.ended', 'feature'],
          ['label.wasLastDay', 'endDate'],
        ]}
      />
      <Paragraph of="done.lead" />
      <Part heading="heading.done">
        <Paragraph of="done" />
      </Part>
      <Part heading="heading.unsaved" weight="small">
        <Paragraph of="dataFate" />
      </Part>
      <Part heading="heading.todo" weight="small">
        <Paragraph of="done.todo" />
        <Paragraph of="never" />
      </Part>
      <Rest weight="small" />
    </Letter>
  );
}

/** What it means, what happens to the rest, how many chats. */
function Middle({ weight }: { readonly weight?: 'small' }) {
  return (
    <>
      <Part heading="heading.means" weight={weight}>
        <Paragraph of="whatChanges" />
      </Part>
      <Part heading="heading.unsaved" weight={weight}>
        <Paragraph of="dataFate" />
      </Part>
      <Part heading="heading.count" weight={weight}>
        <Paragraph of="count" />
      </Part>
    </>
  );
}

/** Where to go, why, and whether to believe it. */
function Rest({ weight }: { readonly weight?: 'small' }) {
  return (
    <>
      <Alternatives weight={weight} />
      <Part heading="heading.why" weight={weight}>
        <Paragraph of="reason" />
      </Part>
      <Genuine weight={weight} />
    </>
  );
}

export const NOTICES: Readonly<Record<Role, () => React.ReactElement>> = {
  first: First,
  reminder: Reminder,
  soon: Soon,
  tomorrow: Tomorrow,
  moved: Moved,
  done: Done,
};
