/** Korean; people are addressed politely (합니다, requests in 해 주세요), without a pronoun. */
export const ko = {
  'label.ends': '종료되는 기능',
  'label.ended': '종료된 기능',
  'label.lastDay': '마지막 이용일',
  'label.newLastDay': '변경된 마지막 이용일',
  'label.wasLastDay': '마지막 이용일이었던 날짜',
  day: '{endDate} 밤 12시까지, 사용 중인 시간대({zone}) 기준',
  'day.tomorrow': '내일, {endDate} 밤 12시까지, 사용 중인 시간대({zone}) 기준',

  'heading.means': '달라지는 점',
  'heading.unsaved': '저장하지 않은 채팅',
  'heading.count': '해당되는 채팅 수',
  'heading.todo': '할 수 있는 일',
  'heading.instead': '암호화 채팅을 이용할 수 있는 다른 서비스',
  'heading.why': '종료하는 이유',
  'heading.genuine': '이 메일이 진짜인지 확인하는 방법',
  'heading.done': '채팅 처리 결과',

  'count.other': '해당되는 채팅은 {chats}개입니다.',
  never: '저희는 비밀번호나 암호화 키를 절대 묻지 않습니다. 이 메일에는 첨부 파일도, 로그인 링크도 없습니다.',
  genuine:
    '이 메일은 {senderAddress} 주소에서 발송되었으며, {supportUrl} 도움말 페이지에서도 같은 내용을 확인할 수 있습니다. 확실하지 않다면 어떤 링크도 누르지 말고 도움말 페이지 주소를 직접 입력해 주세요.',
  choices:
    '채팅을 저장하셨나요? 재안내 메일을 그만 받고 싶거나 시간이 더 필요하신가요? 비밀번호를 묻지 않는 페이지에서 알려 주세요. 지금 선택할 수 있는 항목이 페이지에 표시되며, 페이지를 여는 것만으로는 아무것도 바뀌지 않습니다.',
  'choices.link': '결정한 내용 알리기',
  'footer.why':
    '이용하시는 채팅과 관련된 내용이어서 이 서비스 안내를 보내 드립니다. 재안내 메일은 중단할 수 있습니다. 첫 안내와 마지막 이용일 전의 마지막 안내, 날짜 변경 안내는 해당되는 모든 분께 보내 드립니다.',
  'footer.help': '궁금한 점이 있으면 {supportEmail} 주소로 문의하시거나 {supportUrl} 페이지를 확인해 주세요.',

  'first.subject': '{feature}: 마지막 이용일 {endDay}',
  'first.preheader': '무엇이 달라지는지, 저장하지 않은 채팅은 어떻게 되는지, 무엇을 할 수 있는지 알려 드립니다.',
  'first.lead':
    '이용하고 계신 기능 하나를 종료합니다. 서두르지 않으셔도 됩니다. 이 메일에서는 무엇이 언제 종료되는지, 채팅은 어떻게 되는지, 중요한 내용을 보관하려면 어떻게 해야 하는지 알려 드립니다.',
  'reminder.subject': '재안내: {feature}, 마지막 이용일 {endDay}',
  'reminder.preheader': '보관하고 싶은 내용을 이미 저장하셨다면 더 하실 일은 없습니다.',
  'reminder.lead':
    '이용하고 계신 기능의 종료를 다시 한번 안내해 드립니다. 보관하고 싶은 내용을 이미 저장하셨다면 더 하실 일은 없습니다.',
  'soon.subject': '{feature}: {endDay}까지 채팅 저장',
  'soon.preheader': '이 채팅의 메시지를 보관하는 방법과 저장하지 않은 메시지가 어떻게 되는지 알려 드립니다.',
  'soon.lead':
    '마지막 이용일이 가까워졌습니다. 이 채팅에 보관하고 싶은 메시지가 있다면 지금 저장해 주세요. 저장하는 데 시간이 걸릴 수 있습니다.',
  'tomorrow.subject': '{feature}: 마지막 이용일은 내일({endDay})',
  'tomorrow.preheader': '마지막 이용일 전에 보내 드리는 마지막 안내입니다.',
  'tomorrow.lead':
    '내일이 마지막 이용일이며, 이 메일은 그 전에 보내 드리는 마지막 안내입니다. 이 채팅에서 보관하고 싶은 내용은 내일이 지나기 전에 저장해 주세요.',
  'moved.subject': '{feature}: 변경된 마지막 이용일 {endDay}',
  'moved.preheader': '이전에 알려 드린 날짜가 변경되었습니다. 시간 여유가 더 생겼습니다.',
  'moved.lead':
    '이전에 알려 드린 날짜가 변경되었습니다. 마지막 이용일이 뒤로 미뤄져 시간 여유가 더 생겼습니다. 그 밖의 내용은 그대로입니다.',
  'done.subject': '{feature}: 처리 결과 안내',
  'done.preheader': '마지막 이용일이 지났습니다. 따로 하실 일은 없습니다.',
  'done.lead':
    '마지막 이용일이 지났습니다. 이 메일에서는 채팅이 어떻게 처리되었는지 알려 드립니다. 이 건에 관한 마지막 안내입니다.',
  'done.disabled.other':
    '채팅 {disabled}개에서 암호화를 껐습니다. 해당 채팅의 새 메시지는 이제 일반 메시지이므로 {senderName} 측에서 읽을 수 있습니다.',
  'done.kept.other': '채팅 {kept}개는 변경되지 않았습니다.',
  'done.todo': '따로 하실 일은 없습니다. 이상한 점이 있으면 {supportEmail} 주소로 문의해 주세요.',

  'page.title': '선택하기',
  'page.intro': '버튼을 누르기 전에는 아무것도 바뀌지 않습니다. 이 페이지에서는 비밀번호를 묻지 않습니다.',
  'page.saved.text':
    '선택하시면 재안내 메일을 더 이상 보내지 않습니다. 마지막 이용일 전의 마지막 안내와 날짜 변경 안내는 계속 보내 드립니다.',
  'page.saved.button': '채팅을 이미 저장했습니다',
  'page.saved.done': '채팅을 저장하셨다고 알려 주셨습니다.',
  'page.stopped.text':
    '선택하시면 모든 분께 보내는 안내(첫 안내, 마지막 이용일 전의 마지막 안내, 날짜 변경 안내)만 보내 드립니다.',
  'page.stopped.button': '재안내 메일 그만 받기',
  'page.stopped.done': '재안내 메일을 중단하셨습니다.',
  'page.moreTime.text': '선택하시면 이용 기간이 {newDate}까지 연장됩니다. 한 번만 요청할 수 있습니다.',
  'page.moreTime.button': '시간이 더 필요합니다',
  'page.moreTime.done': '기간 연장을 요청하셨습니다. 새 날짜는 메일로 알려 드립니다.',
  'page.late': '이 항목은 더 이상 선택할 수 없습니다. 변경된 것은 없습니다.',
  'page.over': '마지막 이용일이 지났습니다. 이제 이 페이지에서 선택할 수 있는 항목이 없습니다.',
  'page.invalid.title': '이 링크는 사용할 수 없습니다',
  'page.invalid.text':
    '링크가 잘렸거나 너무 오래되었을 수 있습니다. 변경된 것은 없습니다. 저희가 보내 드린 가장 최근 메일의 링크를 이용해 주세요. 도움말은 {supportUrl} 페이지에 있습니다.',
  'page.failed.title': '처리하지 못했습니다',
  'page.failed.text': '변경된 것은 없습니다. 몇 분 후에 다시 시도해 주세요.',
};
