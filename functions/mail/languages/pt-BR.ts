/** Brazilian Portuguese; people are addressed as você. */
export const ptBR = {
  'label.ends': 'O que será encerrado',
  'label.ended': 'O que foi encerrado',
  'label.lastDay': 'Último dia para você',
  'label.newLastDay': 'Novo último dia para você',
  'label.wasLastDay': 'O último dia para você foi',
  day: '{endDate}, até a meia-noite no seu fuso horário ({zone})',
  'day.tomorrow': 'Amanhã, {endDate}, até a meia-noite no seu fuso horário ({zone})',

  'heading.means': 'O que isso significa para você',
  'heading.unsaved': 'Os chats que você não salvou',
  'heading.count': 'Quantos dos seus chats são afetados',
  'heading.todo': 'O que você pode fazer',
  'heading.instead': 'Alternativas com chats criptografados',
  'heading.why': 'O motivo',
  'heading.genuine': 'Como confirmar que esta mensagem é autêntica',
  'heading.done': 'O que foi feito com seus chats',

  'count.one': 'A mudança afeta {chats} dos seus chats.',
  'count.many': 'A mudança afeta {chats} dos seus chats.',
  'count.other': 'A mudança afeta {chats} dos seus chats.',
  never: 'Nunca pedimos sua senha nem nenhuma chave. Esta mensagem não tem anexos nem links para fazer login.',
  genuine:
    'Esta mensagem foi enviada de {senderAddress}, e a página de ajuda {supportUrl} traz as mesmas informações. Se tiver dúvidas, não abra nenhum link: digite o endereço da página de ajuda no navegador.',
  choices:
    'Você já salvou seus chats? Prefere não receber mais lembretes ou precisa de mais tempo? Conte para nós em uma página que não pede senha. Lá você vê o que ainda pode escolher; só abrir a página não muda nada.',
  'choices.link': 'Conte o que você decidiu',
  'footer.why':
    'Você recebe este aviso sobre o serviço porque ele diz respeito a chats seus. Os lembretes podem ser desativados; o primeiro aviso, o último antes do encerramento e as mudanças de data são enviados a todas as pessoas afetadas.',
  'footer.help': 'Dúvidas? Escreva para {supportEmail} ou acesse {supportUrl}.',

  'first.subject': '{feature}: último dia {endDay}',
  'first.preheader': 'O que muda, o que acontece com os chats que você não salvar e o que você pode fazer.',
  'first.lead':
    'Vamos encerrar um recurso que você usa. Não há pressa: esta mensagem explica o que será encerrado e quando, o que isso significa para seus chats e como guardar o que é importante para você.',
  'reminder.subject': 'Lembrete: {feature}, último dia {endDay}',
  'reminder.preheader': 'Se você já salvou o que quer guardar, não precisa fazer mais nada.',
  'reminder.lead':
    'Este é um lembrete de que vamos encerrar um recurso que você usa. Se você já salvou o que quer guardar, não precisa fazer mais nada.',
  'soon.subject': '{feature}: salve seus chats até {endDay}',
  'soon.preheader': 'Como guardar mensagens desses chats e o que acontece com as outras.',
  'soon.lead':
    'O último dia está próximo. Se houver mensagens nesses chats que você queira guardar, salve-as agora, por favor: isso pode levar algum tempo.',
  'tomorrow.subject': '{feature}: amanhã, {endDay}, último dia',
  'tomorrow.preheader': 'Este é o último aviso antes desse dia.',
  'tomorrow.lead':
    'Amanhã é o último dia, e este é o último aviso antes dele. Salve até o fim desse dia o que você quiser guardar desses chats.',
  'moved.subject': '{feature}: novo último dia {endDay}',
  'moved.preheader': 'A data que informamos antes mudou. Você tem mais tempo.',
  'moved.lead':
    'A data que informamos antes mudou. A nova data é posterior: você tem mais tempo. Todo o resto continua igual.',
  'done.subject': '{feature}: o que foi feito',
  'done.preheader': 'O último dia já passou. Você não precisa fazer nada.',
  'done.lead':
    'O último dia já passou. Esta mensagem explica o que foi feito com seus chats. É a última sobre este assunto.',
  'done.disabled.one':
    'A criptografia foi desativada em {disabled} dos seus chats. As novas mensagens nesse chat agora são mensagens comuns: {senderName} pode lê-las.',
  'done.disabled.many':
    'A criptografia foi desativada em {disabled} dos seus chats. As novas mensagens nesses chats agora são mensagens comuns: {senderName} pode lê-las.',
  'done.disabled.other':
    'A criptografia foi desativada em {disabled} dos seus chats. As novas mensagens nesses chats agora são mensagens comuns: {senderName} pode lê-las.',
  'done.kept.one': '{kept} dos seus chats não foi alterado.',
  'done.kept.many': '{kept} dos seus chats não foram alterados.',
  'done.kept.other': '{kept} dos seus chats não foram alterados.',
  'done.todo': 'Você não precisa fazer nada. Se algo não parecer certo, escreva para {supportEmail}.',

  'page.title': 'Suas escolhas',
  'page.intro': 'Nada muda até você apertar um botão. Aqui não pedimos senha.',
  'page.saved.text':
    'Com esta opção, você deixa de receber lembretes. O último aviso antes do encerramento e as mudanças de data continuam chegando.',
  'page.saved.button': 'Já salvei meus chats',
  'page.saved.done': 'Você informou que já salvou seus chats.',
  'page.stopped.text':
    'Com esta opção, você recebe só o que todas as pessoas recebem: o primeiro aviso, o último antes do encerramento e as mudanças de data.',
  'page.stopped.button': 'Desativar os lembretes',
  'page.stopped.done': 'Você desativou os lembretes.',
  'page.moreTime.text':
    'Com esta opção, o último dia para você passa a ser {newDate}. Você só pode pedir isso uma vez.',
  'page.moreTime.button': 'Preciso de mais tempo',
  'page.moreTime.done': 'Você pediu mais tempo. A nova data é enviada por e-mail.',
  'page.late': 'Esta opção não está mais disponível. Nada foi alterado.',
  'page.over': 'Para você, o último dia já passou. Não é mais possível escolher nada aqui.',
  'page.invalid.title': 'Este link não funciona',
  'page.invalid.text':
    'Ele pode estar incompleto ou ser antigo demais. Nada foi alterado. Use o link da mensagem mais recente que você recebeu de nós. Para obter ajuda, acesse {supportUrl}.',
  'page.failed.title': 'Não deu certo',
  'page.failed.text': 'Nada foi alterado. Tente de novo daqui a alguns minutos.',
};
