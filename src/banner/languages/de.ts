import type { BannerLanguage } from '../language.js';

const cleared = 'Die Daten dieser Website wurden im Browser gelöscht.';
const unreachable = 'Der Anmeldedienst ist gerade nicht erreichbar.';
const misconfigured =
  'Die Anmeldung ist hier nicht richtig eingerichtet. Bitte sagen Sie den Betreibern dieser Website Bescheid.';

/** German, addressing the person as »Sie«. */
export const german: BannerLanguage = {
  lang: 'de',
  messages: {
    label: 'Ihre Anmeldung',
    signedOut: 'Sie sind nicht angemeldet.',
    signingIn: 'Sie werden angemeldet …',
    limited: 'Einiges ist gerade nicht verfügbar.',
    limitedDetail: 'Sie sind mit weniger Rechten angemeldet.',
    askAgainDetail: 'Sie können sie erneut anfordern; diese Seite bleibt, wie sie ist.',
    interrupted: 'Die Verbindung zum Anmeldedienst ist unterbrochen.',
    interruptedDetail:
      'Ihre Arbeit bleibt erhalten und geht von selbst weiter, sobald die Verbindung wieder da ist.',
    verificationRequired: 'Bitte bestätigen Sie, dass Sie es sind.',
    verificationRequiredDetail: 'Was Sie gerade tun wollten, verlangt das. Danach geht es weiter.',
    ending: 'Ihre Sitzung endet bald.',
    ended: 'Ihre Sitzung ist zu Ende.',
    endedDetail: 'Melden Sie sich wieder an, um weiterzuarbeiten.',
    continueDetail: 'Machen Sie weiter, wo Sie waren; meist ist dafür kein Passwort nötig.',
    outOfDate: 'Diese Seite ist veraltet. Laden Sie sie neu.',
    outOfDateDetail: 'Speichern Sie vorher Ihre Eingaben: Beim Neuladen gehen sie verloren.',
    unknownProblem: 'Etwas ist schiefgegangen.',
    problems: {
      idle_limit_near: 'Hier ist eine Weile nichts geschehen.',
      absolute_limit_near:
        'Länger darf sie nicht dauern. Melden Sie sich neu an, um weiterzuarbeiten; diese Seite bleibt, wie sie ist.',
      idle_timeout: 'Hier ist eine Weile nichts geschehen.',
      absolute_lifetime: 'Länger darf eine Sitzung nicht dauern.',
      session_revoked: 'Das hat der Anmeldedienst, ein anderes Gerät oder die Verwaltung veranlasst.',
      signed_out_elsewhere: 'Sie haben sich auf einem anderen Gerät überall abgemeldet.',
      sign_out_incomplete: 'Sie sind hier abgemeldet, auf Ihren anderen Geräten aber vielleicht nicht.',
      rotation_lost: 'Die Verbindung ist im falschen Moment abgebrochen.',
      token_request_rejected: 'Der Anmeldedienst hat Ihre Anmeldung nicht verlängert.',
      renewal_failed: 'Das hat diesmal nicht geklappt.',
      insufficient_scope: 'Diesmal haben Sie nicht alle Rechte bekommen.',
      not_signed_in: 'Sie sind nicht angemeldet.',
      seal_missing: cleared,
      vault_unreadable: cleared,
      vault_lost: cleared,
      vault_unavailable: 'Dieser Browser lässt die Website nichts speichern.',
      authorization_server_unreachable: unreachable,
      authorization_server_error: 'Der Anmeldedienst hat gerade ein Problem.',
      discovery_failed: unreachable,
      issuer_mismatch: misconfigured,
      client_rejected: misconfigured,
      authorization_request_rejected: misconfigured,
      dpop_unsupported: misconfigured,
      sign_in_refused: 'Die Anmeldung wurde abgebrochen oder abgelehnt.',
      sign_in_expired: 'Die Anmeldung hat zu lange gedauert.',
      sign_in_failed: 'Die Anmeldung hat nicht geklappt.',
      popup_blocked:
        'Der Browser hat das Anmeldefenster blockiert. Erlauben Sie es für diese Website, oder melden Sie sich auf dieser Seite an; was hier nicht gespeichert ist, geht dann verloren.',
      draft_not_kept:
        'Was Sie hier eingegeben haben, ist zu viel zum Mitnehmen. Melden Sie sich in einem eigenen Fenster an; diese Seite bleibt, wie sie ist.',
      command_rate_limited:
        'Das wurde zu oft versucht. Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
      worker_unresponsive: 'Ein Teil dieser Seite antwortet nicht. Vielleicht hilft es, sie neu zu laden.',
      protocol_unsupported: 'Diese Seite ist veraltet.',
    },
    nextAttempt: 'Nächster Versuch in {time}.',
    tryingNow: 'Wird gerade versucht …',
    endsAt: 'Die Sitzung endet um {time} Uhr.',
    timeLeft: 'Noch {time}.',
    endingNow: 'Die Sitzung endet jetzt.',
    signInAction: 'Anmelden',
    continueAction: 'Weiter',
    startAgainAction: 'Neu beginnen',
    signInAgainAction: 'Neu anmelden',
    askAgainAction: 'Erneut anfordern',
    signInHereAction: 'Auf dieser Seite anmelden',
    confirmAction: 'Bestätigen',
    tryNowAction: 'Jetzt versuchen',
    staySignedInAction: 'Angemeldet bleiben',
    reloadAction: 'Neu laden',
  },
};
