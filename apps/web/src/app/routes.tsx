// Which address shows which page. Pages are loaded when they are first visited.
import { createBrowserRouter, Navigate, Outlet } from "react-router";
import { RequireSession } from "../features/auth/RequireSession.tsx";
import { PageLoader } from "../components/PageLoader.tsx";
import { withTexts } from "./i18n.ts";
import { PageError } from "../components/PageError.tsx";

export const router = createBrowserRouter([
  {
    element: <Outlet />,
    errorElement: <PageError />,
    hydrateFallbackElement: <PageLoader />,
    children: [
      {
        path: "/login",
        lazy: async () => ({
          Component: (await withTexts(import("../features/auth/LoginPage.tsx"), "home")).LoginPage,
        }),
      },
      {
        path: "/register",
        lazy: async () => ({
          Component: (await withTexts(import("../features/auth/RegisterPage.tsx"), "home")).RegisterPage,
        }),
      },
      {
        path: "/forgot-password",
        lazy: async () => ({
          Component: (await withTexts(import("../features/auth/ForgotPasswordPage.tsx"), "home", "account"))
            .ForgotPasswordPage,
        }),
      },
      {
        path: "/reset-password",
        lazy: async () => ({
          Component: (await withTexts(import("../features/auth/ResetPasswordPage.tsx"), "home", "account"))
            .ResetPasswordPage,
        }),
      },
      {
        path: "/verify-email",
        lazy: async () => ({
          Component: (await withTexts(import("../features/auth/VerifyEmailPage.tsx"), "home", "account"))
            .VerifyEmailPage,
        }),
      },
      {
        path: "/invitation",
        lazy: async () => ({
          Component: (
            await withTexts(import("../features/invitations/InvitationPage.tsx"), "home", "details")
          ).InvitationPage,
        }),
      },
      {
        element: <RequireSession />,
        children: [
          {
            lazy: async () => ({
              Component: (await withTexts(import("../features/shell/Shell.tsx"), "home")).Shell,
            }),
            children: [
              {
                path: "/",
                lazy: async () => ({
                  Component: (await withTexts(import("../features/meetings/DashboardPage.tsx"), "calendar"))
                    .DashboardPage,
                }),
              },
              {
                path: "/meetings/new",
                lazy: async () => ({
                  Component: (
                    await withTexts(import("../features/meetings/NewMeetingPage.tsx"), "account", "calendar")
                  ).NewMeetingPage,
                }),
              },
              {
                path: "/meetings/:code",
                lazy: async () => ({
                  Component: (
                    await withTexts(
                      import("../features/meetings/details/MeetingDetailsPage.tsx"),
                      "account",
                      "details",
                      "calendar",
                      "panel",
                    )
                  ).MeetingDetailsPage,
                }),
              },
              {
                path: "/meetings/:code/edit",
                lazy: async () => ({
                  Component: (
                    await withTexts(
                      import("../features/meetings/EditMeetingPage.tsx"),
                      "account",
                      "details",
                      "calendar",
                    )
                  ).EditMeetingPage,
                }),
              },
              {
                path: "/notifications",
                lazy: async () => ({
                  Component: (
                    await withTexts(
                      import("../features/notifications/NotificationsPage.tsx"),
                      "notifications",
                      "details",
                    )
                  ).NotificationsPage,
                }),
              },
              {
                path: "/settings",
                lazy: async () => ({
                  Component: (await withTexts(import("../features/settings/SettingsPage.tsx"), "account"))
                    .SettingsPage,
                }),
                children: [
                  { index: true, element: <Navigate to="profile" replace /> },
                  {
                    path: "profile",
                    lazy: async () => ({
                      Component: (await import("../features/settings/profile/ProfilePage.tsx")).ProfilePage,
                    }),
                  },
                  {
                    path: "security",
                    lazy: async () => ({
                      Component: (await import("../features/settings/security/SecurityPage.tsx"))
                        .SecurityPage,
                    }),
                  },
                  {
                    path: "notifications",
                    lazy: async () => ({
                      Component: (
                        await withTexts(
                          import("../features/settings/notifications/NotificationSettingsPage.tsx"),
                          "notifications",
                        )
                      ).NotificationSettingsPage,
                    }),
                  },
                  {
                    path: "account",
                    lazy: async () => ({
                      Component: (await import("../features/settings/account/AccountPage.tsx")).AccountPage,
                    }),
                  },
                ],
              },
              {
                path: "/admin",
                lazy: async () => ({
                  Component: (await withTexts(import("../features/admin/AdminPage.tsx"), "account"))
                    .AdminPage,
                }),
                children: [
                  { index: true, element: <Navigate to="users" replace /> },
                  {
                    path: "users",
                    lazy: async () => ({
                      Component: (await import("../features/admin/users/UsersPage.tsx")).UsersPage,
                    }),
                  },
                  {
                    path: "users/:id",
                    lazy: async () => ({
                      Component: (await import("../features/admin/user/UserPage.tsx")).UserPage,
                    }),
                  },
                  {
                    path: "audit-log",
                    lazy: async () => ({
                      Component: (await import("../features/admin/audit/AuditLogPage.tsx")).AuditLogPage,
                    }),
                  },
                  {
                    path: "api-keys",
                    lazy: async () => ({
                      Component: (
                        await withTexts(import("../features/admin/api-keys/ApiKeysPage.tsx"), "integration")
                      ).ApiKeysPage,
                    }),
                  },
                  {
                    path: "webhooks",
                    lazy: async () => ({
                      Component: (
                        await withTexts(import("../features/admin/webhooks/WebhooksPage.tsx"), "integration")
                      ).WebhooksPage,
                    }),
                  },
                  {
                    path: "webhooks/:id",
                    lazy: async () => ({
                      Component: (
                        await withTexts(import("../features/admin/webhooks/WebhookPage.tsx"), "integration")
                      ).WebhookPage,
                    }),
                  },
                ],
              },
            ],
          },
        ],
      },
      {
        element: <RequireSession guests />,
        children: [
          {
            path: "/m/:code",
            lazy: async () => ({
              Component: (await import("../features/meeting/MeetingPage.tsx")).MeetingPage,
            }),
          },
        ],
      },
      {
        path: "*",
        lazy: async () => ({
          Component: (await withTexts(import("../features/not-found/NotFoundPage.tsx"), "home")).NotFoundPage,
        }),
      },
    ],
  },
]);
