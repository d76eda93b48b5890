import type { BannerLanguage } from '../language.js';

const cleared = 'このブラウザーに保存されていた、このサイトのデータが消去されました。';
const unreachable = '現在、ログインサービスに接続できません。';
const misconfigured = 'このサイトのログインの設定に誤りがあります。サイトの管理者にお知らせください。';

/** Japanese, in the polite です・ます form. */
export const japanese: BannerLanguage = {
  lang: 'ja',
  messages: {
    label: 'ログインの状態',
    signedOut: 'ログインしていません。',
    signingIn: 'ログイン処理中です…',
    limited: '一部の権限がない状態でログインしています。',
    limitedDetail:
      '利用できない機能があるかもしれません。もう一度ログインすると、使えるようになることがあります。',
    interrupted: 'ログインサービスとの接続が途切れています。',
    interruptedDetail: '作業内容は保持されています。接続が戻りしだい、自動的に再開します。',
    verificationRequired: 'ご本人であることの確認をお願いします。',
    verificationRequiredDetail: '今の操作には確認が必要です。確認が済むと、操作が続行されます。',
    ending: 'まもなくログアウトされます。',
    ended: 'ログアウトされました。',
    endedDetail: '続けるには、もう一度ログインしてください。',
    continueDetail: '中断したところから続けられます。通常、パスワードの入力は必要ありません。',
    outOfDate: 'このページは古くなっています。再読み込みしてください。',
    outOfDateDetail: '再読み込みすると入力内容が消えます。先に保存してください。',
    unknownProblem: '問題が発生しました。',
    problems: {
      idle_limit_near: 'しばらく操作がありませんでした。',
      absolute_limit_near:
        'ログインしたままでいられる時間の上限が近づいています。続けるには、もう一度ログインしてください。このページの内容はそのまま残ります。',
      idle_timeout: 'しばらく操作がありませんでした。',
      absolute_lifetime: 'ログインしたままでいられる時間の上限に達しました。',
      session_revoked: 'ログインサービス、別の端末、または管理者の操作によるものです。',
      signed_out_elsewhere: '別の端末で、すべての端末からログアウトする操作が行われました。',
      sign_out_incomplete: 'この端末ではログアウトしましたが、ほかの端末ではログインしたままかもしれません。',
      rotation_lost: '通信が途中で切れました。',
      token_request_rejected: 'ログインサービスで、ログイン状態の延長が認められませんでした。',
      renewal_failed: '今回はうまくいきませんでした。',
      not_signed_in: 'ログインしていません。',
      seal_missing: cleared,
      vault_unreadable: cleared,
      vault_lost: cleared,
      vault_unavailable: 'このブラウザーでは、このサイトのデータを保存できません。',
      authorization_server_unreachable: unreachable,
      authorization_server_error: '現在、ログインサービスに問題が発生しています。',
      discovery_failed: unreachable,
      issuer_mismatch: misconfigured,
      client_rejected: misconfigured,
      authorization_request_rejected: misconfigured,
      dpop_unsupported: misconfigured,
      sign_in_refused: 'ログインが取り消されたか、拒否されました。',
      sign_in_expired: 'ログインに時間がかかりすぎました。',
      sign_in_failed: 'ログインできませんでした。',
      popup_blocked:
        'ログイン用のウィンドウがブラウザーにブロックされました。このサイトのポップアップを許可するか、このページでログインしてください。このページでログインすると、保存していない内容は失われます。',
      draft_not_kept:
        'ここに入力された内容は大きすぎて引き継げません。別のウィンドウでサインインしてください。このページはそのまま残ります。',
      command_rate_limited: '試した回数が多すぎます。1 分ほど待ってから、もう一度お試しください。',
      worker_unresponsive: 'このページの一部が応答していません。再読み込みすると直ることがあります。',
      protocol_unsupported: 'このページは古くなっています。',
    },
    nextAttempt: '{time}後にもう一度接続します。',
    tryingNow: '接続しています…',
    endsAt: '{time}にログアウトされます。',
    timeLeft: '残り時間は {time}です。',
    endingNow: 'ログアウトしています…',
    signInAction: 'ログイン',
    continueAction: '続ける',
    startAgainAction: '最初からやり直す',
    signInAgainAction: 'もう一度ログイン',
    signInHereAction: 'このページでログイン',
    confirmAction: '確認する',
    tryNowAction: '今すぐ試す',
    staySignedInAction: 'ログインしたままにする',
    reloadAction: '再読み込み',
  },
};
