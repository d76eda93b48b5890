import type { BannerLanguage } from '../language.js';

const cleared = 'Les données de ce site ont été effacées de ce navigateur.';
const unreachable = 'Le service de connexion est injoignable pour le moment.';
const misconfigured =
  'La connexion n’est pas bien configurée sur ce site. Merci de le signaler aux personnes qui le gèrent.';

/** French, addressing the person as « vous », without a grammatical gender. */
export const french: BannerLanguage = {
  lang: 'fr',
  messages: {
    label: 'Votre connexion',
    signedOut: 'Aucune session n’est ouverte.',
    signingIn: 'Connexion en cours…',
    limited: 'Votre session est ouverte avec moins de droits.',
    limitedDetail:
      'Certaines fonctions ne sont peut-être pas disponibles. Une nouvelle connexion peut les rétablir.',
    interrupted: 'La liaison avec le service de connexion est interrompue.',
    interruptedDetail: 'Votre travail est conservé et reprendra tout seul dès que la liaison sera rétablie.',
    verificationRequired: 'Veuillez confirmer votre identité.',
    verificationRequiredDetail: 'Ce que vous étiez en train de faire l’exige et reprendra ensuite.',
    ending: 'Votre session va bientôt se terminer.',
    ended: 'Votre session est terminée.',
    endedDetail: 'Reconnectez-vous pour continuer.',
    continueDetail: 'Reprenez là où vous en étiez, le plus souvent sans mot de passe.',
    outOfDate: 'Cette page n’est plus à jour. Rechargez-la.',
    outOfDateDetail: 'Enregistrez d’abord votre saisie, car le rechargement l’efface.',
    unknownProblem: 'Un problème est survenu.',
    problems: {
      idle_limit_near: 'Rien ne s’est passé ici depuis un moment.',
      absolute_limit_near:
        'Elle a presque atteint sa durée maximale. Reconnectez-vous pour continuer\u202f; cette page reste telle quelle.',
      idle_timeout: 'Rien ne s’est passé ici depuis un moment.',
      absolute_lifetime: 'La session a atteint sa durée maximale.',
      session_revoked: 'Le service de connexion, un autre appareil ou l’administration du site l’a demandé.',
      signed_out_elsewhere: 'Vous avez fermé toutes vos sessions depuis un autre appareil.',
      sign_out_incomplete: 'Votre session est fermée ici, mais peut-être pas sur vos autres appareils.',
      rotation_lost: 'La liaison a été coupée au mauvais moment.',
      token_request_rejected: 'Le service de connexion n’a pas prolongé votre session.',
      renewal_failed: 'Cela n’a pas marché cette fois-ci.',
      not_signed_in: 'Aucune session n’est ouverte.',
      seal_missing: cleared,
      vault_unreadable: cleared,
      vault_lost: cleared,
      vault_unavailable: 'Ce navigateur ne permet pas au site d’enregistrer des données.',
      authorization_server_unreachable: unreachable,
      authorization_server_error: 'Le service de connexion a un problème en ce moment.',
      discovery_failed: unreachable,
      issuer_mismatch: misconfigured,
      client_rejected: misconfigured,
      authorization_request_rejected: misconfigured,
      dpop_unsupported: misconfigured,
      sign_in_refused: 'La connexion a été annulée ou refusée.',
      sign_in_expired: 'La connexion a pris trop de temps.',
      sign_in_failed: 'La connexion n’a pas marché.',
      popup_blocked:
        'Le navigateur a bloqué la fenêtre de connexion. Autorisez-la pour ce site ou connectez-vous sur cette page\u202f; ce qui n’y est pas enregistré sera alors perdu.',
      draft_not_kept:
        'Ce que vous avez saisi ici est trop volumineux pour être emporté. Connectez-vous dans une fenêtre séparée ; cette page reste telle quelle.',
      command_rate_limited: 'Il y a eu trop d’essais. Attendez une minute, puis réessayez.',
      worker_unresponsive: 'Une partie de cette page ne répond pas. Recharger la page peut aider.',
      protocol_unsupported: 'Cette page n’est plus à jour.',
    },
    nextAttempt: 'Prochain essai dans {time}.',
    tryingNow: 'Essai en cours…',
    endsAt: 'La session se termine à {time}.',
    timeLeft: 'Temps restant\u00a0: {time}.',
    endingNow: 'La session se termine maintenant.',
    signInAction: 'Se connecter',
    continueAction: 'Continuer',
    startAgainAction: 'Recommencer',
    signInAgainAction: 'Se reconnecter',
    signInHereAction: 'Se connecter sur cette page',
    confirmAction: 'Confirmer',
    tryNowAction: 'Essayer maintenant',
    staySignedInAction: 'Prolonger la session',
    reloadAction: 'Recharger',
  },
};
