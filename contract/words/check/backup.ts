/** Where the gateway's nightly copy goes. */
export const backupWords = {
  'backup-one-place': () => ({
    ko: 'folder와 sftp 중 하나만 작성',
    en: 'give one of folder and sftp',
  }),
  'backup-key-form': () => ({
    ko: '공개키는 age1…로 시작하는 62자: jari backup key가 출력한 값을 그대로 붙여 넣음',
    en: 'a public key is age1… and 62 characters long; copy what jari backup key printed',
  }),
  'backup-key-secret': () => ({
    ko: '개인키가 적혀 있음: 바로 지우고 공개키(age1…)를 적음. 개인키는 이 장비에 두지 않음',
    en: 'this is the private key; remove it and give the public one (age1…). The private key never belongs on this box',
  }),
} as const;
